/** Why portabled refuses an attach, in words: what is wrong, what portabled itself says, and what to do. One row a reason. */
import type { Refusal } from './attach-plan.ts';
import { hasField } from './extension-match.ts';
import { extensionName, hasControls } from './image-name.ts';
import type { PortableImage } from './portable-image.ts';

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

const osRelease = '/usr/lib/os-release';
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const releaseOf = (path: string): string => `/usr/lib/extension-release.d/extension-release.${extensionName(path)}`;
const quotedList = (words: readonly string[]): string => words.map(word => `"${word}"`).join(', ');

/** What there is to say of a refusal; portabled's own words as seen on 252, 257 and 262 (test/hosts/plan). Texts of the image are in it as they are. */
export function refusalWords(refusal: Refusal, systemd: number): RefusalWords {
  switch (refusal.reason) {
    case 'copy-mode':
      return {
        what: `portabled of systemd ${systemd} has no copy mode "${refusal.mode}".`,
        theirs: 'Unknown copy mode',
        advice: 'Choose another copy mode.',
      };
    case 'no-extensions':
      return {
        what: `portabled of systemd ${systemd} knows no extension images.`,
        theirs: 'Unknown method',
        advice: 'Attach the image without extensions, or to a host with systemd 249 or later.',
      };
    case 'name':
      return {
        what: hasControls(refusal.image.path)
          ? `The name of the image ${nameOf(refusal.image.path)} has a control character in it, such as a tab or a line end.`
          : `${nameOf(refusal.image.path)} is no name of an image: it begins with .#, or has nothing before its suffix.`,
        theirs: 'Invalid argument',
        advice: 'Rename the image.',
      };
    case 'no-release':
      return noRelease(refusal.image, refusal.role);
    case 'no-id':
      return {
        what: `The os-release of the image ${nameOf(refusal.image.path)} has no ID=.`,
        theirs: 'lacks the ID field',
        advice: 'Add a line with ID= to it.',
        where: { image: refusal.image.path, path: osRelease },
      };
    case 'scope':
      return scopeWords(refusal);
    case 'no-units':
      return {
        what:
          refusal.prefixes.length === 0
            ? `There is no ${refusal.ofUser ? "user's " : ''}service, socket, target, timer or path in the image.`
            : `No ${refusal.ofUser ? "user's " : ''}unit in the image begins with ${quotedList(refusal.prefixes)}, followed by -, @ or a dot.`,
        theirs: "Couldn't find any matching unit files",
        advice: `Ask for another prefix, or rename the units${refusal.ofUser ? ', which for users lie in /usr/lib/systemd/user' : ''}.`,
      };
    case 'prefixes': {
      const missing = refusal.wanted.filter(word => !refusal.allowed.includes(word));
      return {
        what: `The image allows the prefixes ${quotedList(refusal.allowed)} and not ${quotedList(missing)}.`,
        theirs: 'are not compatible with portable service image',
        advice: `Ask for one of those, or add the prefix to PORTABLE_PREFIXES= in the ${refusal.image.extends ? 'extension' : 'os'}-release.`,
        where: { image: refusal.image.path, path: refusal.image.extends ? releaseOf(refusal.image.path) : osRelease },
      };
    }
    case 'extension': {
      const { field, expected } = refusal.mismatch;
      return {
        what: `The extension ${nameOf(refusal.image.path)} does not fit: it has ${hasField(refusal.mismatch)}, and ${expected} is needed.`,
        theirs: 'extension-release metadata does not match',
        advice: `Build the extension for this image, or set ${field}= in its extension-release.`,
        where: { image: refusal.image.path, path: releaseOf(refusal.image.path) },
      };
    }
    case 'unit-exists':
      return {
        what: `The host has a unit ${refusal.unit} already, or it is active.`,
        theirs: 'exists on the host already',
        advice: 'Detach the image that it comes from, or attach in its place.',
      };
    case 'stack':
      return {
        what: `systemd ${systemd} takes the extension ${nameOf(refusal.image.path)} for a stack of layers by its name, and a stack cannot be an extension.`,
        theirs: 'Operation not supported',
        advice: 'Give it, and its extension-release, a name that does not end with .mstack.',
      };
  }
}

function noRelease({ path: image, blocked }: PortableImage, role: 'base' | 'extension'): RefusalWords {
  const path = role === 'base' ? osRelease : releaseOf(image);
  const theirs = `lacks ${role === 'base' ? 'os' : 'extension'}-release data`;
  if (blocked) {
    return {
      what: `${blocked.path} of the image ${nameOf(image)} is no file that can be read${blocked.by === 'directory' ? '' : ', nor a link to one'}, and portabled looks no further.`,
      theirs,
      advice: role === 'base' ? `Remove it and add ${path} with at least ID=.` : 'Put a file in its place.',
    };
  }
  return {
    what:
      role === 'base'
        ? `The image ${nameOf(image)} has no os-release.`
        : `The extension ${nameOf(image)} has no extension-release of its own name.`,
    theirs,
    advice: `Add ${path}${role === 'base' ? ' with at least ID=' : ''}.`,
    where: { image, path },
  };
}

function scopeWords({ image, scope, known }: Extract<Refusal, { readonly reason: 'scope' }>): RefusalWords {
  const name = nameOf(image.path);
  const managers = ["the system's service manager", "a user's own service manager"];
  const [ours = '', others = ''] = scope === 'user' ? managers.reverse() : managers;
  return {
    what: known
      ? `The image ${name} is for ${ours}, and this is ${others}: its os-release has ${image.release?.PORTABLE_SCOPE ? '' : 'no PORTABLE_SCOPE=, which is '}PORTABLE_SCOPE=${scope}.`
      : `The os-release of the image ${name} has PORTABLE_SCOPE=${scope}, which is no scope.`,
    theirs: known ? 'portable scope' : 'Invalid PORTABLE_SCOPE',
    advice: known ? 'Attach it to a host whose scope is that, or write PORTABLE_SCOPE=any.' : 'Write system, user or any.',
    where: { image: image.path, path: osRelease },
  };
}
