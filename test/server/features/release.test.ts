// Completion, hover and quick fixes of os-release and extension-release files. A bar stands for the cursor.
import { describe, expect, test } from 'vitest';
import { codeActionsOf } from '../../../server/src/features/code-actions.ts';
import { judgeRelease } from '../../../server/src/features/judge-release.ts';
import { releaseCompletions } from '../../../server/src/features/release-completion.ts';
import { releaseHover } from '../../../server/src/features/release-hover.ts';
import type { TreeFacts } from '../../../server/src/rules/portable/portable-tree.ts';

const plain = { units: [], distribution: false, mountPoints: true, beside: () => [] };
const facts: TreeFacts = {
  ...plain,
  root: '/w/hello_1',
  name: 'hello_1',
  units: ['hello.service', 'hello-x.socket', 'world@.timer', 'x.mount'],
  beside: () => [{ ...plain, root: '/w/base', name: 'base', release: { ID: 'gentoo' } }],
};

function at(marked: string, kind: 'os-release' | 'extension-release' = 'os-release', systemd = 262) {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  return {
    offset,
    judged: judgeRelease({ text, kind, inTree: facts, ...(kind === 'extension-release' && { extension: 'extra' }) }, { systemd }),
  };
}
const labels = (marked: string, kind?: 'os-release' | 'extension-release') => {
  const { offset, judged } = at(marked, kind);
  const items = releaseCompletions(judged, offset);
  return items.sort((a, b) => ((a.sortText ?? a.label) < (b.sortText ?? b.label) ? -1 : 1)).map(item => item.label); // as editors do
};

describe('completion', () => {
  test.each<readonly [text: string, first: readonly string[]]>([
    ['|', ['ID', 'PORTABLE_PREFIXES', 'PORTABLE_SCOPE']],
    ['ID=x\nPO|', ['PORTABLE_PREFIXES', 'PORTABLE_SCOPE']],
    ['ID=|', ['hello', 'debian']],
    ['PORTABLE_SCOPE=|', ['system', 'user', 'any']],
    ['PORTABLE_PREFIXES=|', ['hello', 'world']],
    ['PORTABLE_PREFIXES="hello |"', ['hello', 'world']],
    ['NAME=|', []],
    ['# |', []],
    ['NAME="a\n|', []],
  ])('%j', (text, first) => expect(labels(text).slice(0, first.length || 1)).toEqual(first));

  test('of extensions', () => {
    expect(labels('ID=|', 'extension-release').slice(0, 2)).toEqual(['_any', 'gentoo']);
    expect(labels('|', 'extension-release')).toContain('SYSEXT_SCOPE');
    expect(labels('|')).not.toContain('SYSEXT_SCOPE');
    expect(labels('|', 'extension-release')).not.toContain('PORTABLE_SCOPE');
  });

  test('takes the place of the word, and writes no second =', () => {
    const { offset, judged } = at('PORT|ABLE_X=y\n');
    expect(releaseCompletions(judged, offset)[0]?.textEdit).toEqual({
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 10 } },
      newText: 'ID',
    });
  });
});

test.each<readonly [text: string, says: RegExp | undefined, systemd: number]>([
  ['I|D=x', /^\*\*ID=\*\*[\s\S]*portabled: An image without it is refused/, 262],
  ['PORTABLE_SCOPE=a|ny', /Values: `system`, `user`, `any`/, 262],
  ['PORTABLE_SCOPE=a|ny', /systemd 257 does not read it yet: since 258/, 257],
  ['NA|ME=x', /portabled does not look at it/, 262],
  ['X_OW|N=x', undefined, 262],
  ['# ID|', undefined, 262],
])('hover on %j', (text, says, systemd) => {
  const { offset, judged } = at(text, 'os-release', systemd);
  const hover = releaseHover(judged, offset);
  if (!says) expect(hover).toBeUndefined();
  else expect(hover?.contents).toMatchObject({ value: expect.stringMatching(says) });
});

describe('quick fixes', () => {
  const edits = (text: string, kind?: 'os-release' | 'extension-release') => {
    const { judged } = at(`${text}|`, kind);
    const everything = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    const addressOf = (path: string) => `file://${path}`;
    const uri = 'file:///w/hello_1/usr/lib/extension-release.d/extension-release.extra';
    return codeActionsOf(judged, { uri, range: everything, shown: [], addressOf }).map(({ title, edit }) => [
      title,
      edit?.changes?.[uri]?.map(e => e.newText) ?? edit?.documentChanges,
    ]);
  };
  test('a missing ID= is added above', () => {
    expect(edits('NAME=x\nPORTABLE_PREFIXES=hello\n')).toEqual([['Add ID=hello', ['ID=hello\n']]]);
  });
  test('prefixes are replaced by those of the units', () => {
    expect(edits('ID=x\nPORTABLE_PREFIXES=helo\n').map(([title]) => title)).toEqual([
      'Replace with hello',
      'Replace with hello-x',
      'Replace with world',
    ]);
  });
  test('an extension-release is renamed', () => {
    const newUri = 'file:///w/hello_1/usr/lib/extension-release.d/extension-release.hello_1';
    const renamed = [{ kind: 'rename', oldUri: 'file:///w/hello_1/usr/lib/extension-release.d/extension-release.extra', newUri }];
    expect(edits('ID=_any\n', 'extension-release')).toEqual([['Rename to extension-release.hello_1', renamed]]);
  });
});
