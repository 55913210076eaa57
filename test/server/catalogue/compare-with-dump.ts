/** Holds the catalogue for a version against the dump of a real systemd of that version. */
import type { Dump } from '../../../scripts/catalogue-dump.ts';
import { namesIn } from '../../../server/src/catalogue/catalogue.ts';
import { allSections } from '../../../server/src/unit/unit-file.ts';

/** `missing`: systemd knows it, the catalogue does not say so for that version; `extra`: the other way round. */
type DumpDifference = readonly [kind: 'missing' | 'extra', section: string, name: string];

/** In what they disagree; empty when they agree. */
export function compareWithDump(systemd: number, dump: Dump): readonly DumpDifference[] {
  return [...new Set([...allSections, ...dump.keys()])].flatMap(section => {
    const ours = new Set(namesIn(section, systemd));
    const theirs = new Set(dump.get(section)?.keys());
    return [
      ...[...theirs].filter(name => !ours.has(name)).map(name => ['missing', section, name] as const),
      ...[...ours].filter(name => !theirs.has(name)).map(name => ['extra', section, name] as const),
    ];
  });
}
