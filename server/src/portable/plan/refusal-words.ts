/** Why portabled refuses an attach, in words: what is wrong, what portabled itself says, and what to do. One row a reason. */
import type { Refusal } from './attach-plan.ts';

/** A refusal as it is told. */
export interface RefusalWords {
  /** What is wrong, one sentence. */
  readonly what: string;
  /** The words of that version's portabled, as far as they are the same every time. */
  readonly theirs: string;
  /** What to do, one sentence. */
  readonly advice: string;
  /** The file in an image that it can be put right in: path of the image, and the path inside it. */
  readonly where?: { readonly image: string; readonly path: string };
}

type Rows = {
  readonly [Reason in Refusal['reason']]: (refusal: Extract<Refusal, { readonly reason: Reason }>, systemd: number) => RefusalWords;
};

const osRelease = '/usr/lib/os-release';
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const releaseOf = (path: string): string => `/usr/lib/extension-release.d/extension-release.${nameOf(path).replace(/\.raw$/, '')}`;
const quotedList = (words: readonly string[]): string => words.map(word => `"${word}"`).join(', ');

/** portabled's own words were seen on 252, 257 and 262 (test/hosts/plan). */
const rows: Rows = {
  'copy-mode': ({ mode }, systemd) => ({
    what: `portabled of systemd ${systemd} has no copy mode "${mode}".`,
    theirs: `Unknown copy mode ${mode}`,
    advice: 'Choose another copy mode.',
  }),
  'no-extensions': (_, systemd) => ({
    what: `portabled of systemd ${systemd} knows no extension images.`,
    theirs: 'Unknown method',
    advice: 'Attach the image without extensions, or to a host with systemd 249 or later.',
  }),
  'no-release': ({ image, role }) =>
    role === 'base'
      ? {
          what: `The image ${nameOf(image.path)} has no os-release.`,
          theirs: 'lacks os-release data',
          advice: 'Add /usr/lib/os-release with at least ID=.',
          where: { image: image.path, path: osRelease },
        }
      : {
          what: `The extension ${nameOf(image.path)} has no extension-release of its own name.`,
          theirs: 'lacks extension-release data',
          advice: `Add ${releaseOf(image.path)}.`,
          where: { image: image.path, path: releaseOf(image.path) },
        },
  'no-id': ({ image }) => ({
    what: `The os-release of the image ${nameOf(image.path)} has no ID=.`,
    theirs: 'lacks the ID field',
    advice: 'Add a line with ID= to it.',
    where: { image: image.path, path: osRelease },
  }),
  scope: ({ image, scope, known }) => ({
    what: known
      ? `The image ${nameOf(image.path)} is for the other manager: its os-release has PORTABLE_SCOPE=${scope}.`
      : `The os-release of the image ${nameOf(image.path)} has PORTABLE_SCOPE=${scope}, which is no scope.`,
    theirs: known ? 'portable scope' : 'Invalid PORTABLE_SCOPE',
    advice: known ? 'Attach it there, or write PORTABLE_SCOPE=any.' : 'Write system, user or any.',
    where: { image: image.path, path: osRelease },
  }),
  'no-units': ({ prefixes }) => ({
    what:
      prefixes.length === 0
        ? 'There is no service, socket, target, timer or path in the image.'
        : `No unit in the image begins with ${quotedList(prefixes)}, followed by -, @ or a dot.`,
    theirs: "Couldn't find any matching unit files",
    advice: 'Ask for another prefix, or rename the units.',
  }),
  prefixes: ({ wanted, allowed }) => ({
    what: `The image allows the prefixes ${quotedList(allowed)} and not ${quotedList(wanted.filter(word => !allowed.includes(word)))}.`,
    theirs: 'are not compatible with portable service image',
    advice: 'Ask for one of those, or add the prefix to PORTABLE_PREFIXES= in the os-release.',
  }),
  extension: ({ image, mismatch: { field, found, expected } }) => ({
    what: `The extension ${nameOf(image.path)} does not fit: it has ${found === '' ? `no ${field}=` : `${field}=${found}`}, and ${expected} is needed.`,
    theirs: 'extension-release metadata does not match',
    advice: `Build the extension for this image, or set ${field}= in its extension-release.`,
    where: { image: image.path, path: releaseOf(image.path) },
  }),
  'unit-exists': ({ unit }) => ({
    what: `The host has a unit ${unit} already, or it is active.`,
    theirs: 'exists on the host already',
    advice: 'Detach the image that it comes from, or attach in its place.',
  }),
};

/** What there is to say of a refusal. Texts of the image are in it as they are. */
export function refusalWords(refusal: Refusal, systemd: number): RefusalWords {
  // the table has a row for each, which the compiler cannot tie to the one that is looked up
  const row: (one: never, version: number) => RefusalWords = rows[refusal.reason];
  return row(refusal as never, systemd);
}
