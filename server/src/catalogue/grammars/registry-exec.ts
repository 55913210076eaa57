/** Parsers of what a process is given: command lines, environment, files, name spaces, credentials, capabilities, system calls. Names as in parsers.ts. */
import type { Grammar } from './grammar.ts';

export const execGrammars: Readonly<Record<string, Grammar>> = {};
