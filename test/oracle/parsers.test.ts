/** The table of parsers against what real systemd says that it knows (../shared/data, beside the project). */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parserOf } from '../../server/src/catalogue/parsers.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'shared', 'data');

describe.skipIf(!existsSync(folder))('the table of parsers', () => {
  test.each([247, 252, 254, 257, 262])('knows every directive of systemd %i', version => {
    let section = '';
    const unknown: string[] = [];
    for (const line of readFileSync(join(folder, `dump-${version}.txt`), 'utf8').split('\n')) {
      section = /^\[(.*)\]$/.exec(line)?.[1] ?? section;
      const key = /^([^=]+)=/.exec(line)?.[1];
      if (key !== undefined && parserOf(section, key) === undefined) unknown.push(`${section}.${key}`);
    }
    expect(unknown).toEqual([]);
  });
});
