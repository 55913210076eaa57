/** The connection to the language server: starts it, restarts it, tells it which systemd judges, asks it for images. */
import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import { CloseAction, ErrorAction, LanguageClient, State, TransportKind } from 'vscode-languageclient/node';
import {
  type ImageSizesParams,
  type ImageSizesResult,
  type ImagesParams,
  type ImagesResult,
  type JudgeParams,
  type LocateParams,
  type LocateResult,
  methods,
  type PlanParams,
  type PlanResult,
  type ReportParams,
  type ReportResult,
  type TargetParams,
} from '../../server/src/protocol.ts';
import type { HostFactsParams } from '../../server/src/protocol-host.ts';
import {
  type CompareImagesParams,
  type CompareImagesResult,
  type InsideImageParams,
  type InsideImageResult,
  imageScheme,
} from '../../server/src/protocol-inside.ts';
import type {
  EffectiveResult,
  ExposureResult,
  ProfilesParams,
  ProfileTextParams,
  ProfileTextResult,
  UnderProfileParams,
} from '../../server/src/protocol-profiles.ts';
import { createEvent, type Event } from './common/event.ts';

const languages = ['systemd-unit', 'os-release', 'extension-release'];
/** Where documents lie that the server is told of. */
export const judgedSchemes: readonly string[] = ['file', 'untitled', imageScheme];

/** Restarts within `window` ms before we give up: a server that dies at once would only burn the processor. */
const restarts = { most: 4, window: 180_000 };

/** What the rest of the client sees of the server. */
export interface LanguageServer {
  /** Finds the images below some folders. Rejects when the server does not run. */
  images(folders: readonly string[]): Promise<ImagesResult>;
  /** Looks into an image. Rejects when the server does not run. */
  insideImage(params: InsideImageParams): Promise<InsideImageResult>;
  /** Compares two images. Rejects when the server does not run. */
  compareImages(params: CompareImagesParams, token: vscode.CancellationToken): Promise<CompareImagesResult>;
  /** Where a directive stands in a unit file, if it does. Rejects when the server does not run. */
  locate(params: LocateParams): Promise<LocateResult | undefined>;
  /** What the report of an image says. Rejects when the server does not run. */
  report(params: ReportParams): Promise<ReportResult>;
  /** Where the bytes of an image lie. Rejects when the server does not run. */
  imageSizes(params: ImageSizesParams, token: vscode.CancellationToken): Promise<ImageSizesResult>;
  /** What attaching an image does. Rejects when the server does not run. */
  plan(params: PlanParams): Promise<PlanResult>;
  /** Says which profiles there are, now and after every restart. */
  profiles(profiles: ProfilesParams): void;
  /** An open unit as its host will have it; undefined for what is none. Rejects when the server does not run. */
  effective(params: UnderProfileParams): Promise<EffectiveResult | undefined>;
  /** How exposed an open service will be; undefined for what is none. Rejects when the server does not run. */
  exposure(params: UnderProfileParams): Promise<ExposureResult | undefined>;
  /** The text of a profile for services, where it is known. Rejects when the server does not run. */
  profileText(params: ProfileTextParams): Promise<string | undefined>;
  /** Says which systemd judges, now and after every restart. */
  target(target: TargetParams): void;
  /** Says what is known of the active host, now and after every restart. */
  host(params: HostFactsParams): void;
  /** Which systemd judges an open document, by its address; undefined while that is not known. */
  judge(uri: string): JudgeParams | undefined;
  /** Fires when another systemd judges a document. */
  readonly onDidChangeJudge: Event<void>;
  stop(): Promise<void>;
}

/** Starts the server that lies at `module`; does not wait for it. */
export function startLanguageServer(module: string, output: vscode.LogOutputChannel): LanguageServer {
  let wanted: TargetParams | undefined;
  let profiles: ProfilesParams | undefined;
  let host: HostFactsParams | undefined;
  const deaths: number[] = [];
  const judges = new Map<string, JudgeParams>();
  const judged = createEvent();
  const client = new LanguageClient(
    'portableServices',
    'Portable Services',
    { module, transport: TransportKind.ipc },
    {
      documentSelector: [
        ...judgedSchemes.flatMap(scheme => languages.map(language => ({ scheme, language }))),
        { scheme: 'file', pattern: '**/portable-lint.json' }, // so that it counts while it is edited
      ],
      initializationOptions: { judges: true },
      outputChannel: output,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          const now = Date.now();
          deaths.push(now);
          const lately = deaths.filter(time => now - time < restarts.window).length;
          if (lately <= restarts.most) return { action: CloseAction.Restart, handled: true };
          return {
            action: CloseAction.DoNotRestart,
            message: l10n.t('Unit files are no longer checked: the language server ended {0} times. Its output tells why.', lately),
          };
        },
      },
    },
  );
  const send = async () => {
    if (profiles) await client.sendNotification(methods.profiles, profiles);
    if (host) await client.sendNotification(methods.host, host);
    if (wanted) await client.sendNotification(methods.target, wanted);
  };
  client.onNotification(methods.judge, (params: JudgeParams) => {
    judges.set(params.uri, params);
    judged.fire();
  });
  const ready = client.start().then(
    async () => {
      await send();
      client.onDidChangeState(({ newState }) => {
        if (newState === State.Running) void send();
      });
    },
    error => {
      output.error(`The language server did not start: ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    },
  );
  ready.catch(() => {}); // told above; whoever asks later hears it again

  return {
    images: async folders => {
      await ready;
      const params: ImagesParams = { folders };
      return await client.sendRequest<ImagesResult>(methods.images, params);
    },
    insideImage: async params => {
      await ready;
      return await client.sendRequest<InsideImageResult>(methods.insideImage, params);
    },
    compareImages: async (params, token) => {
      await ready;
      return await client.sendRequest<CompareImagesResult>(methods.compareImages, params, token);
    },
    locate: async params => {
      await ready;
      return (await client.sendRequest<LocateResult | null>(methods.locate, params)) ?? undefined;
    },
    report: async params => {
      await ready;
      return await client.sendRequest<ReportResult>(methods.report, params);
    },
    imageSizes: async (params, token) => {
      await ready;
      return await client.sendRequest<ImageSizesResult>(methods.imageSizes, params, token);
    },
    plan: async params => {
      await ready;
      return await client.sendRequest<PlanResult>(methods.plan, params);
    },
    profiles: said => {
      profiles = said;
      if (client.isRunning()) void client.sendNotification(methods.profiles, said);
    },
    host: said => {
      host = said;
      if (client.isRunning()) void client.sendNotification(methods.host, said);
    },
    effective: async params => {
      await ready;
      return (await client.sendRequest<EffectiveResult | null>(methods.effective, params)) ?? undefined;
    },
    exposure: async params => {
      await ready;
      return (await client.sendRequest<ExposureResult | null>(methods.exposure, params)) ?? undefined;
    },
    profileText: async params => {
      await ready;
      return (await client.sendRequest<ProfileTextResult | null>(methods.profileText, params))?.text;
    },
    target: target => {
      if (target.systemd === wanted?.systemd && target.source === wanted.source) return;
      wanted = target;
      if (client.isRunning()) void send();
    },
    judge: uri => judges.get(uri),
    onDidChangeJudge: judged.event,
    stop: async () => {
      if (client.needsStop()) await client.stop();
    },
  };
}
