import { expect, test } from 'vitest';
import { lineWords } from '../../../client/src/effective/words.ts';
import type { EffectiveResult } from '../../../server/src/protocol-profiles.ts';

const result: EffectiveResult = {
  name: 'a.service',
  profile: 'strict',
  profileKnown: true,
  systemd: 257,
  host: 'build-vm',
  text: '# /run/a.service\nTasksMax=5\n\n# /run/a.service.d/10-profile.conf\nTasksMax=4\n\n# /etc/a.service.d/own.conf\n',
  lines: [
    { file: 0 },
    { file: 0, line: 0, fate: 'replaced', by: 4 },
    { file: 1 },
    { file: 1 },
    { file: 1, line: 0 },
    { file: 2 },
    { file: 2 },
  ],
  files: [
    { origin: 'unit', path: '/run/a.service', first: 0 },
    { origin: 'profile', path: '/run/a.service.d/10-profile.conf', first: 3 },
    { origin: 'host', path: '/etc/a.service.d/own.conf', first: 6, unreadable: true },
  ],
};

test.each([
  ['the head of a file', 0, ['/run/a.service', 'the unit, from the image; the drop-ins of build-vm are below']],
  [
    'a line that does not count',
    1,
    ['/run/a.service, line 1', 'the unit, from the image; the drop-ins of build-vm are below', 'replaced by line 5'],
  ],
  ['a line of the profile', 4, ['/run/a.service.d/10-profile.conf, line 1', 'the profile strict']],
  ['what may not be read', 6, ['/etc/a.service.d/own.conf', 'a drop-in of build-vm that may not be read']],
  ['a line behind the last', 7, []],
])('%s', (_, at, said) => {
  expect(lineWords(result, at)).toEqual(said);
});
