import { expect, test } from 'vitest';
import { endOfService } from '../../../client/src/effective/end-of-service.ts';

test.each<[string, readonly string[], number | undefined]>([
  ['behind the last line', ['[Service]', 'A=1', 'B=2'], 3],
  ['before what follows', ['[Service]', 'A=1', '', '[Install]', 'C=1'], 2],
  ['in an empty section', ['[Unit]', '[Service]', '', '[Install]'], 2],
  ['at the end of the file', ['[Service]', 'A=1', '', ''], 2],
  ['in the last of several', ['[Service]', 'A=1', '[Unit]', ' [Service] ', 'A=2'], 5],
  ['nowhere', ['[Unit]', 'A=1'], undefined],
])('a line is added %s', (_, lines, at) => {
  expect(endOfService(lines)).toBe(at);
});
