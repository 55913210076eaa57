/** What we say that becomes of an attached image when portabled is asked to detach it, or to put another in its place, beside what became of it. */
import { filesThatMayGo } from '../../client/src/hosts/attach/detached-files.ts';
import { type AttachedUnit, goesWith, parseAttached } from '../../client/src/hosts/attach/image-state.ts';
import { isRawName } from '../../server/src/image/names.ts';
import type { AttachPlan, Refusal } from '../../server/src/portable/plan/attach-plan.ts';
import { type NextCase, pathOf, placedImage, type RealAttach } from './attach-cases.ts';
import { type Asked, placesOf, shown } from './planned.ts';

type Files = ReadonlyMap<string, string>;

/** What is attached by the files that are there. */
function attachedIn(files: Files, systemd: number): readonly AttachedUnit[] {
  const markers = [...files].filter(([path]) => path.endsWith('.d/20-portable.conf'));
  const fields = markers.flatMap(([path, text]) => {
    const [line = ''] = text.replace(/^\d+ /, '').split('\n');
    return [path, line, (files.get(path.replace(/20-portable\.conf$/, '10-profile.conf')) ?? '').replace(/^-> /, '')];
  });
  return parseAttached(fields.map(field => `${field}\0`).join(''), systemd);
}

/** From this version on (262 was asked), a name that begins with what ends the compared part is refused. */
const refusesEmptyFrom = 258;

/** The units that go: of the images that portabled takes for those that it is told. */
function going({ image, extensions = [], runtime = true }: NextCase, number: number, attached: readonly AttachedUnit[], systemd: number) {
  const [asked = '', ...laid] = [image, ...extensions].map(each => pathOf(each, number));
  return attached.filter(unit => goesWith({ image: asked, extensions: laid, runtime }, unit, systemd));
}

interface NextRequest {
  readonly next: NextCase;
  readonly number: number;
  /** What the attach before came to. */
  readonly before: AttachPlan;
  /** What putting it in its place comes to. */
  readonly planned: AttachPlan | undefined;
}

/** The paths of images that are copied. */
const copiesOf = (plan: AttachPlan | undefined): readonly string[] =>
  plan?.outcome === 'attached' ? plan.files.filter(({ kind }) => kind === 'image').map(({ path }) => path) : [];

/** Files, where a copied image is one, whatever is in it; a link in its place is a link. */
function collapsed(files: Files, copies: readonly string[]): Map<string, string> {
  const copyOf = (path: string) => copies.find(copy => path === copy || path.startsWith(`${copy}/`));
  return new Map(
    [...files].map(([path, text]) => {
      const copy = copyOf(path);
      return copy === undefined || (copy === path && text.startsWith('-> ')) ? [path, text] : [copy, 'copy'];
    }),
  );
}

/** Where the two differ; nothing where they agree. */
export function nextDifference(
  { next, number, before: attach, planned }: NextRequest,
  real: NonNullable<RealAttach['next']>,
  {
    systemd,
    manager,
    words,
  }: { readonly systemd: number; readonly manager: Asked; readonly words: Readonly<Record<Refusal['reason'], RegExp>> },
): unknown {
  const gone = going(next, number, attachedIn(real.before, systemd), systemd);
  const copies = [...copiesOf(attach), ...copiesOf(planned)];
  const [before, realAfter] = [collapsed(real.before, copies), collapsed(real.after, copies)];
  const after = new Map(before);
  // 252 removes no directory
  const goes = (path: string): boolean => before.get(path) !== placedImage || isRawName(path) || systemd >= 257;
  let error: RegExp | undefined;
  const refused = planned?.outcome === 'refused' ? planned.refusal : undefined;
  // what is wrong with the request itself is found before anything is done
  // of a name that begins so, nothing is left to compare
  if (systemd >= refusesEmptyFrom && /^[_+]/.test(next.image.name)) error = /Invalid argument/;
  else if (refused?.reason === 'copy-mode') error = words['copy-mode'];
  else if (gone.length === 0) error = /NoSuchUnit|not attached/;
  else if (next.kind === 'detach' && real.active && gone.some(({ name }) => name === next.started)) error = /is active, can't detach/;
  else {
    for (const path of filesThatMayGo(placesOf(manager), gone, systemd)) if (goes(path)) after.delete(path);
    if (refused) error = words[refused.reason];
    else
      for (const file of planned?.outcome === 'attached' ? planned.files : [])
        after.set(file.path, file.kind === 'image' ? 'copy' : shown(file));
  }
  if (error === undefined ? real.error !== undefined : !(real.error !== undefined && error.test(real.error)))
    return { next: next.kind, expected: `${error ?? 'done'}`, real: real.error ?? 'done' };
  const paths = [...new Set([...after.keys(), ...realAfter.keys()])].filter(path => after.get(path) !== realAfter.get(path));
  if (paths.length === 0) return undefined;
  const files = paths.map(path => ({ path, before: before.get(path), ours: after.get(path), theirs: realAfter.get(path) }));
  return { next: next.kind, error: real.error, files };
}
