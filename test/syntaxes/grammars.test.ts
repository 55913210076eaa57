import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mismatch, parseCases } from './cases.ts';
import { type Token, tokenizer } from './grammar.ts';

const here = import.meta.dirname;
const examples = join(here, '..', '..', 'examples');

const scopesAt = (tokens: readonly Token[], column: number) =>
  tokens.find(token => token.start <= column && column < token.end)?.scopes ?? [];

const columns = (start: number, end: number) => Array.from({ length: Math.max(0, end - start) }, (_, index) => start + index);

for (const file of readdirSync(join(here, 'cases'))) {
  const language = file.replace(/\.txt$/, '');
  describe(language, async () => {
    const tokenize = await tokenizer(`source.${language}`);
    for (const { title, lines } of parseCases(readFileSync(join(here, 'cases', file), 'utf8'))) {
      test(title, () => {
        const tokens = tokenize(lines.map(line => line.text));
        const wrong: string[] = [];
        lines.forEach((line, index) => {
          if (line.text.trim() !== '' && line.assertions.length === 0)
            wrong.push(`${file}:${line.number}: nothing is asserted of this line`);
          for (const { start, end, scopes } of line.assertions) {
            if (end > line.text.length) wrong.push(`${file}:${line.number}: an assertion reaches beyond the line`);
            for (const scope of scopes) {
              const first = columns(start, Math.min(end, line.text.length)).find(column =>
                mismatch(scopesAt(tokens[index] ?? [], column), scope),
              );
              if (first === undefined) continue;
              wrong.push(
                `${file}:${line.number}:${first + 1}: '${line.text[first]}' ${mismatch(scopesAt(tokens[index] ?? [], first), scope)}`,
              );
            }
          }
        });
        expect(wrong).toEqual([]);
      });
    }
  });
}

describe('the example shows nothing as invalid', async () => {
  const files = readdirSync(join(examples, 'hello', 'usr', 'lib'), { recursive: true, encoding: 'utf8' });
  const unit = await tokenizer('source.systemd-unit');
  const release = await tokenizer('source.os-release');
  test.each(files.filter(file => /\.(service|socket|timer)$|os-release$/.test(file)))('%s', file => {
    const tokenize = file.endsWith('os-release') ? release : unit;
    const lines = tokenize(readFileSync(join(examples, 'hello', 'usr', 'lib', file), 'utf8').split('\n'));
    expect(lines.flat().filter(token => token.scopes.some(scope => scope.startsWith('invalid')))).toEqual([]);
  });
});

describe('words of an editor', () => {
  const { wordPattern } = JSON.parse(readFileSync(join(here, '..', '..', 'syntaxes', 'language-configuration.json'), 'utf8'));
  test.each([
    ['ExecStartPre=-/usr/bin/hello --now', ['ExecStartPre', 'usr', 'bin', 'hello', 'now']],
    ['After=network-online.target hello@1.service', ['After', 'network-online.target', 'hello@1.service']],
    ['Wants=hello@.service dev-disk\\x2da.device', ['Wants', 'hello@.service', 'dev-disk\\x2da.device']],
    ['[X-Own]', ['X-Own']],
    ['ListenStream=%t/hello.sock', ['ListenStream', '%t', 'hello.sock']],
    ['# A sentence. Another one: this.', ['A', 'sentence', 'Another', 'one', 'this']],
    ['PORTABLE_PREFIXES="a b-c"', ['PORTABLE_PREFIXES', 'a', 'b-c']],
  ])('%s', (line, words) => {
    expect(line.match(new RegExp(wordPattern, 'g'))).toEqual(words);
  });
});
