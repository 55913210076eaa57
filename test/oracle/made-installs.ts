/** [Install] sections made up for the occasion: templates and instances, other names, words that name no unit, quotes, specifiers. */
import { randomFrom } from './fresh-values.ts';

/** A unit by its name and the lines of its [Install] section. */
export type MadeInstall = readonly [file: string, install: string];

const names = [
  'a.service',
  'a@.service',
  'a@x.service',
  'a-b.service',
  'a.socket',
  'a.timer',
  'a.path',
  'a.target',
  'a.slice',
  'a.mount',
  'a.swap',
];
const bodies: Readonly<Record<string, string>> = {
  service: '[Service]\nExecStart=/bin/true\n',
  socket: '[Socket]\nListenStream=/x\n',
  timer: '[Timer]\nOnBootSec=1\n',
  path: '[Path]\nPathExists=/a\n',
  target: '',
  slice: '[Slice]\n',
  mount: '[Mount]\nWhat=/x\nWhere=/a\n',
  swap: '[Swap]\nWhat=/a\n',
};
/** The text of a made unit. */
export const madeText = ([file, install]: MadeInstall): string =>
  `${bodies[file.slice(file.lastIndexOf('.') + 1)] ?? ''}[Install]\n${install}`;

const keys = ['WantedBy', 'WantedBy', 'RequiredBy', 'UpheldBy', 'Alias', 'Alias', 'Also', 'DefaultInstance'];
const bares = [
  'a',
  'b',
  'a@',
  'a@x',
  'b@',
  'b@x',
  'b@y',
  'multi-user',
  'c-d',
  '%p',
  '%i',
  '%n',
  '%N',
  '%j',
  '%H',
  '%%',
  '%Z',
  '%t',
  'b@%i',
  'x\\x2dy',
  '',
  'ü',
  'a b',
  '@',
  '%p-%i',
  '-',
];
const suffixes = [
  '.service',
  '.service',
  '.target',
  '.target',
  '.socket',
  '.timer',
  '.slice',
  '.mount',
  '',
  '.foo',
  '.target.wants/a.service',
  '.target.requires/b.service',
];
const instances = ['x', 'y', 'x@y', 'x/y', 'a b', '%H', '%Z', '%i', 'ü', '"x"', '', '%%'];

/** Makes sections; the same ones for the same seed. */
export function madeInstalls(count: number, seed: number): readonly MadeInstall[] {
  const random = randomFrom(seed);
  const pick = (list: readonly string[]) => list[random(list.length)] ?? '';
  const word = () => {
    const made = pick(bares) + pick(suffixes);
    const quote = random(12) === 0 ? pick(['"', "'"]) : '';
    return `${quote}${made}${random(5) === 0 ? '' : quote}${random(25) === 0 ? ',' : ''}`;
  };
  return Array.from({ length: count }, (): MadeInstall => {
    const lines = Array.from({ length: 1 + random(3) }, () => {
      const key = pick(keys);
      if (key === 'DefaultInstance') return `${key}=${pick(instances)}`;
      if (random(14) === 0) return `${key}=`;
      const words = Array.from({ length: random(4) === 0 ? 2 + random(2) : 1 }, word);
      return `${key}=${words.join(random(10) === 0 ? ' \\\n  ' : ' ')}`;
    });
    return [pick(names), `${lines.join('\n')}\n`];
  });
}
