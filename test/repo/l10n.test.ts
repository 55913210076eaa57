/** The client's visible strings, ready to be translated. `UPDATE_L10N=1 npm run test:unit test/repo` writes `l10n/bundle.l10n.json` anew. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFiles, read, root } from './files.ts';

const bundle = 'l10n/bundle.l10n.json';
const client = projectFiles().filter(file => file.startsWith('client/src/') && file.endsWith('.ts'));

const call = /\bl10n\.t\(\s*/g;
const literal = /^(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\$]|\\.)*)`)/;

/** The texts that a file hands to `l10n.t`, unescaped; a call whose text cannot be read here is told as `fault`. */
function textsOf(file: string): { text: string; fault?: string }[] {
  const source = read(file);
  return [...source.matchAll(call)].map(match => {
    const found = literal.exec(source.slice(match.index + match[0].length));
    const line = source.slice(0, match.index).split('\n').length;
    if (!found) return { text: '', fault: `${file}:${line}: the first argument of l10n.t is not a plain string` };
    return { text: (found[1] ?? found[2] ?? found[3] ?? '').replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c)) };
  });
}

const texts = client.flatMap(textsOf);

test('every visible string is a literal, so that it can be found', () => {
  expect(texts.flatMap(({ fault }) => fault ?? [])).toEqual([]);
});

test('the bundle for translators holds every string (UPDATE_L10N=1 npm run test:unit test/repo writes it)', () => {
  const wanted = [...new Set(texts.filter(({ fault }) => !fault).map(({ text }) => text))].sort();
  if (process.env.UPDATE_L10N) {
    writeFileSync(join(root, bundle), `${JSON.stringify(Object.fromEntries(wanted.map(text => [text, text])), null, 2)}\n`);
  }
  const held = Object.entries<string>(JSON.parse(read(bundle)));
  const names = held.map(([name]) => name);
  expect({
    missing: wanted.filter(text => !names.includes(text)),
    unused: names.filter(name => !wanted.includes(name)),
    changed: held.filter(([name, text]) => name !== text),
  }).toEqual({ missing: [], unused: [], changed: [] });
});
