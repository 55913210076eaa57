import { describe, expect, test } from 'vitest';
import { duration, hostWords, judgeWords, size, unitWords } from '../../../client/src/common/words.ts';
import type { HostStatus, UnitState } from '../../../client/src/hosts/contract.ts';
import { hostFailure } from '../../../client/src/hosts/errors.ts';
import { connected, timedOut } from './fake-host.ts';

test.each([
  [-5000, '0 s'],
  [999, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_599_999, '59 min'],
  [3_600_000, '1 h'],
  [86_400_000, '1 day'],
  [4 * 86_400_000, '4 days'],
])('%i ms are told as %s', (ms, words) => expect(duration(ms)).toBe(words));

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [3_250_585, '3.1 MiB'],
  [12 * 1024 ** 3, '12 GiB'],
  [5000 * 1024 ** 4, '5000 TiB'],
])('%i bytes are told as %s', (bytes, words) => expect(size(bytes)).toBe(words));

describe('unit states', () => {
  const now = 1_000_000_000;
  const unit = (change: Partial<UnitState>): UnitState => ({ name: 'hello.service', active: 'active', sub: 'running', ...change });
  test.each<[Partial<UnitState>, string]>([
    [{ since: now - 200_000 }, 'active for 3 min'],
    [{}, 'active'],
    [{ sub: 'exited', since: now - 1000 }, 'active for 1 s'],
    [{ sub: 'listening', since: now }, 'listening'],
    [{ sub: 'waiting' }, 'waiting'],
    [{ active: 'failed', sub: 'failed', result: 'exit-code' }, 'failed: exit-code'],
    [{ active: 'failed', sub: 'failed' }, 'failed'],
    [{ active: 'activating', sub: 'start' }, 'starting'],
    [{ active: 'activating', sub: 'auto-restart' }, 'waiting for a restart'],
    [{ active: 'inactive', sub: 'dead' }, 'inactive'],
    [{ active: 'maintenance', sub: 'dead' }, 'maintenance'],
  ])('%o is told as %s', (change, words) => expect(unitWords(unit(change), now)).toBe(words));
});

test.each<[HostStatus, number | undefined, string]>([
  [{ state: 'idle' }, undefined, 'not connected'],
  [{ state: 'connecting' }, undefined, 'connecting...'],
  [connected, undefined, 'systemd 257'],
  [connected, 0, 'systemd 257, nothing attached'],
  [connected, 1, 'systemd 257, 1 image attached'],
  [connected, 2, 'systemd 257, 2 images attached'],
  [{ ...connected, portabled: false } as HostStatus, 0, 'systemd 257, no portabled'],
  [{ state: 'unreachable', error: timedOut }, undefined, 'unreachable: connection timed out'],
  [{ state: 'unreachable', error: hostFailure('not-allowed', 'x cannot be reached: ssh was not let in.') }, undefined, 'not allowed'],
  [
    { state: 'unreachable', error: hostFailure('unreachable', 'this machine has no systemd.') },
    undefined,
    'unreachable: this machine has no systemd',
  ],
])('a host is told in words: %#', (status, attached, words) => expect(hostWords(status, attached)).toBe(words));

test.each([
  [{ source: 'host build-vm' }, 'as on the active host, build-vm'],
  [{ source: 'setting' }, 'as the setting says'],
  [{ source: 'portable-lint.json', file: '/x/portable-lint.json' }, 'as portable-lint.json says'],
])('who says which systemd judges: %j', (judge, words) => expect(judgeWords(judge)).toBe(words));
