import { posix } from 'node:path';
import { read } from './files.ts';

/** One import, export-from or dynamic import of a file. */
export interface Import {
  /** The file that imports, relative to the root. */
  readonly from: string;
  /** What it imports: a package or `node:` name as written, or a file relative to the root. */
  readonly to: string;
  /** Erased before it runs: `import type`, `export type`. */
  readonly typeOnly: boolean;
}

const statement = /^\s*(?:import|export)\s+(type\s+)?(?:[\w*{][^'";]*?\sfrom\s+)?'([^']+)'/gm;
const dynamic = /\b(?:import|require)\(\s*'([^']+)'\s*\)/g;

/** All that a TypeScript file imports. Reads text, not syntax: Biome keeps the statements in the shape that this expects. */
export function importsOf(file: string): Import[] {
  const text = read(file);
  const found = [
    ...[...text.matchAll(statement)].map(match => ({ name: match[2] ?? '', typeOnly: match[1] !== undefined })),
    ...[...text.matchAll(dynamic)].map(match => ({ name: match[1] ?? '', typeOnly: false })),
  ];
  return found.map(({ name, typeOnly }) => ({
    from: file,
    to: name.startsWith('.') ? posix.join(posix.dirname(file), name) : name,
    typeOnly,
  }));
}
