// What several extension images are pinned to together, as 262 wrote it.
import { expect, test } from 'vitest';
import { unitedPolicy } from '../../../server/src/portable/plan/pinned-policy.ts';

const bare = (fileSystem: string) => `root=${fileSystem}:=absent`;
const marked = 'root=read-only-on+growfs-off+squashfs:=absent';
const verity = 'root-verity=unprotected+unused+absent:root-verity-sig=unprotected+unused+absent';

test.each([
  [[], undefined],
  [[marked], marked],
  [[marked, marked], marked],
  [[bare('squashfs'), marked], bare('squashfs')],
  [[bare('squashfs'), bare('erofs')], bare('erofs+squashfs')],
  [[bare('ext4'), bare('squashfs')], bare('ext4+squashfs')],
  [[bare('squashfs'), bare('squashfs'), bare('squashfs')], `root=squashfs:${verity}:=absent`],
  [[bare('squashfs'), bare('erofs'), bare('ext4')], `root=erofs+ext4+squashfs:${verity}:=absent`],
  [[marked, bare('erofs'), bare('squashfs')], `root=erofs+squashfs:${verity}:=absent`],
  [
    [marked, marked, marked],
    'root=read-only-on+growfs-off+squashfs:root-verity=unprotected+unused+absent+read-only-on+growfs-off:root-verity-sig=unprotected+unused+absent+read-only-on+growfs-off:=absent',
  ],
])('%j: %s', (policies, united) => expect(unitedPolicy(policies)).toBe(united));
