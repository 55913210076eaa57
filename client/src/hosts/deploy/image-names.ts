/** What an image may be called, so that portabled and systemd know it again by its name; and what copies of others are called. */
import * as l10n from '@vscode/l10n';
import { defaultPrefix } from '../attach/attach-options.ts';

/** How long a name may be: what tells versions apart comes after it, and a file name has 255 bytes. */
const longest = 201;

/** Names that stay themselves wherever portabled, systemd or a shell meets them. */
export const plainName = /^[A-Za-z0-9][A-Za-z0-9._+~^-]{0,200}$/;

/** What portabled or systemd cannot work with in a name: made to happen on 252, 257 and 262. */
const oddities: readonly (readonly [RegExp, (found: string) => string])[] = [
  [/\p{Cc}/u, found => l10n.t('{0} in its name ends the line that portabled writes it into', found)],
  [/^[.-]/, found => l10n.t('a name that begins with {0} is hidden, or taken for an option', found)],
  [/ $/, found => l10n.t('systemd drops {0} at the end of a name', found)],
  [/%/, found => l10n.t('systemd takes {0} in its name for the start of something that it fills in, and its services do not start', found)],
  // 262 alone
  [/["']/, found => l10n.t('portabled attaches an image with {0} in its name, but cannot detach it again', found)],
  // portabled escapes these in its marker, and compares it with the name as it is, up to the first `_` (252) or the first `_` or `+`; of names
  // that have them behind that it leaves a link, which we take away (stale-links.ts)
  [
    /^[^_]*?([:\\]|[^ -~])/u,
    found => l10n.t('portabled attaches an image with {0} before the first "_" of its name, but cannot detach it again', found),
  ],
];

/** Why portabled cannot work with an image of this file name, as a part of a sentence; undefined where it can. */
export function nameFault(name: string): string | undefined {
  if (name === '') return l10n.t('it has no name');
  for (const [odd, words] of oddities) {
    const found = odd.exec(name);
    if (found) return words(JSON.stringify(found[1] ?? found[0]));
  }
  return undefined;
}

/** What copies of an image are called: as the image, or like it where its name is not plain. */
export function nameOfCopies(name: string): string {
  if (plainName.test(name)) return name;
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^A-Za-z0-9._+~^-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|-+$/g, '')
    .replace(/-+(?=[._])/g, '')
    .slice(0, longest);
  return plain === '' ? 'image' : plain;
}

/**
 * Why no unit can be chosen by the name of an image, as a part of a sentence, and what to do; undefined where some can: by default portabled takes
 * those that begin as it does. Prefixes that are chosen are looked for instead.
 */
export function prefixFault(name: string, chosen: readonly string[] = []): { readonly why: string; readonly advice: string } | undefined {
  if (chosen.length > 0) return undefined;
  const prefix = defaultPrefix(name);
  if (plainName.test(prefix)) return undefined;
  return {
    why: l10n.t('portabled takes the units that begin with the name of their image, and none can begin with {0}', JSON.stringify(prefix)),
    advice: l10n.t('Rename the image, to {0} perhaps, or name the prefixes of its units in Attach with Options.', nameOfCopies(name)),
  };
}
