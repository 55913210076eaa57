/** Parsers of what surrounds a process: units, conditions, sockets, timers, paths, mounts, addresses, devices. Names as in parsers.ts. */
import type { Grammar } from './grammar.ts';

export const unitGrammars: Readonly<Record<string, Grammar>> = {};
