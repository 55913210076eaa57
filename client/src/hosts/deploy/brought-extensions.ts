/** Extension images of this machine that go to a host together with an image: which they are, and the copies of them. */
import { lstat } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import type { ImageFacts } from '../../../../server/src/protocol.ts';
import { methodsSince } from '../bus/portabled.ts';
import type { Connection } from '../connection.ts';
import { type Doing, hostFailure } from '../errors.ts';
import type { Keeper } from '../upload/keeper.ts';
import { type Basis, type Bringing, type Brought, bringImage } from '../upload/upload-image.ts';
import { extensionAt, extensionName } from './extension-versions.ts';
import { plainName } from './image-names.ts';
import { versionsIn } from './versions.ts';

/** What is brought over the image, in that order. Rejects with a failure where one of them cannot be an extension image there. */
export async function extensionsHere(doing: Doing, { version }: Connection, paths: readonly string[]): Promise<readonly ImageFacts[]> {
  const refuse = (why: string, advice: string): never => {
    throw hostFailure('refused', l10n.t('{0}: {1}.', doing.what, why), advice);
  };
  if (paths.length > 0 && version.major < methodsSince.AttachImageWithExtensions) {
    refuse(
      l10n.t('the portabled of systemd {0} there knows no extension images; that came with 249', version.major),
      l10n.t('Leave the extensions out, or build them into the image.'),
    );
  }
  const names = new Set<string>();
  return Promise.all(
    paths.map(async path => {
      const file = path.replace(/\/+$/, '').replace(/^.*[/\\]/, '');
      const stat = await lstat(path).catch(() => undefined);
      const kind = stat?.isDirectory() ? 'directory' : stat?.isFile() && file.endsWith('.raw') ? 'raw' : undefined;
      if (!kind) {
        refuse(
          l10n.t('{0} is no extension image', path),
          l10n.t('It must be a directory, or a file whose name ends in .raw, and no link.'),
        );
      }
      if (!plainName.test(file)) {
        refuse(
          l10n.t('portabled cannot work with the name {0}', JSON.stringify(file)),
          l10n.t('Rename the extension image and its release file to letters, digits, "-", "." and "_".'),
        );
      }
      if (names.has(file)) refuse(l10n.t('two extension images are called {0}', file), l10n.t('Leave one of them out.'));
      names.add(file);
      const name = file.replace(/\.raw$/, '');
      return { path, name, kind: kind ?? 'directory', prefix: name.split('_', 1)[0] ?? name, units: [] };
    }),
  );
}

/** A copy of an extension image: where it lies in the end, and whether it has come for this. */
export interface BroughtExtension extends Pick<Brought, 'check'> {
  readonly path: string;
  /** Its place below the directory that holds versions. */
  readonly name: string;
  readonly brought: boolean;
}

/** What it takes to bring one. */
export interface BringingExtension {
  readonly bringing: Bringing;
  readonly base: ImageFacts;
  readonly machineId: string;
  /** ms since the epoch, for its name. */
  readonly time: number;
  /** The copies of it that lie there, the attached one first. */
  readonly there: readonly Basis[];
}

/** Makes a copy of an extension image in the keeper's temporary place, unless the same is there. Rejects with a failure. */
export async function bringExtension({ bringing, base, machineId, time, there }: BringingExtension): Promise<BroughtExtension> {
  const { image, deps, doing } = bringing;
  await bringing.keeper.ask('clear'); // which makes its place, too
  const { print, same, check } = await bringImage(bringing, there);
  const file = fileOf(image);
  const name = same?.name ?? extensionName(base, file, machineId, time, print.digest);
  if (name.length > 255) {
    const what = l10n.t('{0}: the names of the image and of its extension {1} are too long together.', doing.what, file);
    throw hostFailure('refused', what, l10n.t('Shorten one of them.'));
  }
  return { path: `${versionsIn(deps.pool)}/${name}`, name, brought: same === undefined, check };
}

/** The copies of one extension image that lie there, by their places below the directory that holds versions; those that are attached first. */
export function copiesOf(
  image: ImageFacts,
  base: ImageFacts,
  machineId: string,
  { keeper, pool, attached }: { readonly keeper: Keeper; readonly pool: string; readonly attached: readonly string[] },
): readonly Basis[] {
  const file = fileOf(image);
  const rank = (path: string): string => (attached.includes(path) ? 'attached' : path); // letters come after digits
  return keeper.versions
    .flatMap(name => extensionAt(`${versionsIn(pool)}/${name}/${file}`, base, machineId) ?? [])
    .sort((a, b) => (rank(a.path) < rank(b.path) ? 1 : -1));
}

const fileOf = ({ name, kind }: ImageFacts): string => (kind === 'raw' ? `${name}.raw` : name);
