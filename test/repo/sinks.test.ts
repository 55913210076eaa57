// Text of images and hosts is made fit for each place by one function. Here: that nothing comes to a place but through its function.
import { describe, expect, test } from 'vitest';
import { projectFiles, read } from './files.ts';

const sources = projectFiles().filter(file => /^(client|server)\/src\/.*\.ts$/.test(file));

/** The files in which something stands. */
const holding = (pattern: RegExp): readonly string[] => sources.filter(file => pattern.test(read(file)));

describe('where it may stand', () => {
  test.each<readonly [string, RegExp, readonly string[]]>([
    ['output channels are made', /\.createOutputChannel\(/, ['client/src/common/output.ts']],
    ['messages are put into the status bar', /\.setStatusBarMessage\(/, ['client/src/common/say-briefly.ts']],
    ['a web view gets its page', /webview\.html\s*=/, ['client/src/inspect/report-panel.ts']],
    ['markup is put into a page', /innerHTML|outerHTML|insertAdjacentHTML|document\.write/, ['client/src/inspect/page-script.ts']],
    [
      'markup is made of strings',
      /\{\s*markup: [^}]*[`']|\{ markup: strings/,
      ['html.ts', 'page-script.ts', 'palette.ts', 'style.ts'].map(name => `client/src/inspect/${name}`),
    ],
    ['Markdown may run commands or hold HTML', /isTrusted\s*[:=]\s*(true|\{)|supportHtml/, []],
    ['text is run as code', /\beval\(|new Function\(/, []],
  ])('%s', (_, pattern, places) => {
    expect([...holding(pattern)].sort()).toEqual([...places].sort());
  });
});

test('Markdown is answered only by what escapes it', () => {
  const answering = holding(/kind: 'markdown'/);
  expect(answering.length).toBeGreaterThan(2);
  const makers = ['hover.ts', 'release-hover.ts', 'release-completion.ts', 'completion.ts'];
  expect(answering.filter(file => !makers.some(maker => file.endsWith(`/features/${maker}`)))).toEqual([]);
});

/** The calls of a method, each with its arguments. */
function callsOf(text: string, method: RegExp): readonly string[] {
  return [...text.matchAll(method)].map(({ index, 0: call }) => {
    const from = index + call.length;
    let depth = 1;
    let at = from;
    for (; at < text.length && depth > 0; at++) depth += text[at] === '(' ? 1 : text[at] === ')' ? -1 : 0;
    return text.slice(from, at - 1).trim();
  });
}

test('a notification is a fixed text, or goes through its sink', () => {
  const wrong: string[] = [];
  let found = 0;
  for (const file of sources) {
    const text = read(file);
    for (const said of callsOf(text, /\.show(?:Information|Warning|Error)Message\(/g)) {
      found++;
      // a name stands for what it was given; dialogs draw no links, so a line is enough for them
      const name = /^([a-z]\w*)\s*(?:,|$)/i.exec(said)?.[1];
      const shown = name === undefined ? said : (new RegExp(`const ${name} =[^;]*`).exec(text)?.[0] ?? said);
      const fixed = /l10n\.t\(\s*(?:'(?:[^'\\]|\\.)*'|"[^"]*")(?:\s*,\s*[\w.]+\.length)?\s*,?\s*\)/.test(shown);
      if (!fixed && !/(?:forNotification|oneLine)\(/.test(shown)) wrong.push(`${file}: ${said.slice(0, 80)}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(found).toBeGreaterThan(20);
});
