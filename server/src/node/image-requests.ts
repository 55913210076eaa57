/** The requests about images: each with a check of what was asked, for anybody can send anything. */
import type { Connection } from 'vscode-languageserver';
import type { Profiles } from '../features/profiles.ts';
import type { KnownHost } from '../portable/known-host.ts';
import { type ImageFacts, type ImagesResult, methods, type PlanParams, type PlanResult, type ReportParams } from '../protocol.ts';
import type { ImagePath, InsideImageParams } from '../protocol-inside.ts';
import type { Answer } from './handlers.ts';
import type { InsideImages } from './images/inside-image.ts';
import { field, isTexts, versionOf } from './message-fields.ts';
import { planParams } from './plan-request.ts';
import type { ControlAt, ImageReports } from './report/facts.ts';

/** What can be told of images. */
export interface ImageWorld {
  /** Those below some folders, as a systemd of that version takes them, for that manager. */
  readonly findImages: (
    folders: readonly string[],
    systemd: number,
    scope: KnownHost['scope'] | undefined,
  ) => Promise<readonly ImageFacts[]>;
  /** The architecture of the active host, where it is known: what is taken of images that hold several. */
  readonly openFor: (architecture: string | undefined) => void;
  readonly insideImages: InsideImages;
  readonly imageReports: ImageReports;
  readonly plan: (params: PlanParams) => Promise<PlanResult>;
}

/** For whom they are answered. */
interface Judge {
  /** The active host, as far as it is known. */
  readonly host: () => KnownHost | undefined;
  /** The profiles that there are. */
  readonly profiles: () => Profiles;
  /** The version of systemd that judges. */
  readonly systemd: () => number;
  /** What the user silenced in a file. */
  readonly controlAt: ControlAt;
}

/** Answers them on a connection. */
export function answerImageRequests(
  connection: Connection,
  world: ImageWorld,
  answer: Answer,
  { host, profiles, systemd, controlAt }: Judge,
): void {
  connection.onRequest(
    methods.images,
    answer('finding images', async (params): Promise<ImagesResult> => {
      const folders = field(params, 'folders');
      if (!isTexts(folders)) throw new Error('folders is no list of paths');
      return { images: await world.findImages(folders, systemd(), host()?.scope) };
    }),
  );
  connection.onRequest(
    methods.insideImage,
    answer('looking into an image', params => {
      if (!isInsideParams(params)) throw new Error('image or path is no text');
      return world.insideImages.answer(params);
    }),
  );
  connection.onRequest(
    methods.compareImages,
    answer('comparing images', (params, token) => {
      const [left, right] = [field(params, 'left'), field(params, 'right')];
      if (!isImagePath(left) || !isImagePath(right)) throw new Error('image or path is no text');
      return world.insideImages.compare({ left, right }, () => token.isCancellationRequested);
    }),
  );
  connection.onRequest(
    methods.report,
    answer('describing an image', params => {
      if (!isReportParams(params)) throw new Error(`${methods.report} names no image and systemd`);
      return world.imageReports.report(params, host(), profiles(), controlAt);
    }),
  );
  connection.onRequest<PlanResult, void>(
    methods.plan,
    answer('planning an attach', params => {
      const asked = planParams(params);
      if (!asked) throw new Error(`${methods.plan} names no image and how to attach it`);
      return world.plan(asked);
    }),
  );
  connection.onRequest(
    methods.imageSizes,
    answer('measuring an image', (params, token) => {
      const image = field(params, 'image');
      if (typeof image !== 'string') throw new Error(`${methods.imageSizes} names no image`);
      return world.imageReports.sizes({ image }, () => token.isCancellationRequested);
    }),
  );
}

const isImagePath = (value: unknown): value is ImagePath =>
  typeof field(value, 'image') === 'string' && typeof field(value, 'path') === 'string';

const isInsideParams = (value: unknown): value is InsideImageParams =>
  isImagePath(value) && ['stat', 'list', 'partitions', 'read', 'find'].some(ask => field(value, 'ask') === ask);

const isReportParams = (value: unknown): value is ReportParams =>
  ['image', 'source', 'profile'].every(name => typeof field(value, name) === 'string') &&
  versionOf(field(value, 'systemd')) !== undefined &&
  isTexts(field(value, 'extensions') ?? []);
