import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';

const root = join(import.meta.dirname, '..', '..');
const wasm = createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm');

/** A stretch of a line and its scopes, without the root scope and without the language's own suffix. */
export interface Token {
  readonly start: number;
  readonly end: number;
  readonly scopes: readonly string[];
}

/** Tokenizes lines in order, as VS Code does: with its own engine, from the files of `syntaxes/`, by scope name (`source.os-release`). */
export async function tokenizer(scopeName: string): Promise<(lines: readonly string[]) => Token[][]> {
  await oniguruma.loadWASM(readFileSync(wasm));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: patterns => new oniguruma.OnigScanner(patterns),
      createOnigString: text => new oniguruma.OnigString(text),
    }),
    loadGrammar: async scope => {
      const file = join(root, 'syntaxes', `${scope.replace(/^source\./, '')}.tmLanguage.json`);
      return textmate.parseRawGrammar(readFileSync(file, 'utf8'), file);
    },
  });
  const grammar = await registry.loadGrammar(scopeName);
  if (!grammar) throw new Error(`no grammar ${scopeName}`);
  return lines => {
    let state = textmate.INITIAL;
    return lines.map(line => {
      const result = grammar.tokenizeLine(line, state);
      state = result.ruleStack;
      return result.tokens.map(({ startIndex, endIndex, scopes }) => ({
        start: startIndex,
        end: Math.min(endIndex, line.length), // the engine counts a line end that is not there
        scopes: scopes.slice(1).map(scope => scope.replace(/\.(systemd-unit|os-release)$/, '')),
      }));
    });
  };
}
