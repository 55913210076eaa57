import { describe, expect, test } from 'vitest';
import { BusError } from '../../../client/src/hosts/bus/bus-error.ts';
import type { HostFailure } from '../../../client/src/hosts/contract.ts';
import { explain, finalRefusal, hostFailure, notUndone, rightsMissing, stopped } from '../../../client/src/hosts/errors.ts';

const doing = { what: 'Attaching a on vm', host: 'vm', rights: 'Be root.' };
const reply = (errorName: string, message = 'as it was said') => new BusError('reply', message, { errorName });

/** Every error name that was seen on real hosts is told in words of our own, with its own as detail. */
test.each<readonly [string, HostFailure['kind'], string]>([
  ['org.freedesktop.portable1.NoSuchImage', 'refused', 'does not find the image'],
  ['org.freedesktop.DBus.Error.FileNotFound', 'refused', 'misses a file'],
  ['org.freedesktop.systemd1.UnitExists', 'refused', 'a unit of that name'],
  ['org.freedesktop.systemd1.NoSuchUnit', 'refused', 'does not know the unit'],
  ['org.freedesktop.DBus.Error.NotSupported', 'refused', 'file system'],
  ['System.Error.EBUSY', 'refused', 'in use'],
  ['org.freedesktop.portable1.NoMatchingUnitFiles', 'refused', 'no unit in the image'],
  ['org.freedesktop.portable1.BadImageType', 'refused', 'kind of image'],
  ['org.freedesktop.DBus.Error.InteractiveAuthorizationRequired', 'not-allowed', 'not allow'],
  ['org.freedesktop.DBus.Error.AccessDenied', 'not-allowed', 'not allow'],
  ['org.freedesktop.systemd1.UnitMasked', 'refused', 'masked'],
  ['org.freedesktop.DBus.Error.ServiceUnknown', 'no-portabled', 'no systemd-portabled'],
  ['org.freedesktop.DBus.Error.NoReply', 'unreachable', 'ended before it answered'],
])('%s', (name, kind, words) => {
  const failure = explain(reply(name), doing);
  expect(failure).toMatchObject({ name: 'HostFailure', kind, detail: `as it was said (${name})` });
  expect(failure.message).toMatch(/^Attaching a on vm: .*\.$/);
  expect(failure.message).toContain(words);
  expect(failure.advice).toMatch(/./);
});

test.each<readonly [string, string, HostFailure['kind'], string]>([
  ['InvalidArgs', "Couldn't find any matching unit files in image '/a', refusing.", 'refused', 'no unit in the image'],
  ['InvalidArgs', "Selected matches 'b' are not compatible with portable service image '/a', refusing.", 'refused', 'no unit in the image'],
  ['InvalidArgs', "Image '/a' lacks os-release data, refusing.", 'refused', 'has no os-release'],
  ['InvalidArgs', "Unknown copy mode 'odd'", 'refused', "Unknown copy mode 'odd'"],
  ['AccessDenied', 'Operation not permitted', 'refused', 'not let even root'],
  ['AccessDenied', 'Permission denied', 'not-allowed', 'not allow'],
])('%s is told by its words: %s', (name, said, kind, words) => {
  const failure = explain(reply(`org.freedesktop.DBus.Error.${name}`, said), doing);
  expect(failure.kind).toBe(kind);
  expect(failure.message).toContain(words);
  expect(failure.advice).toMatch(/./);
});

test('a name that we do not know: its own words', () => {
  expect(explain(reply('org.example.Odd', 'The moon is wrong.'), doing)).toMatchObject({
    kind: 'refused',
    message: 'Attaching a on vm: The moon is wrong.',
  });
});

describe('other errors', () => {
  test.each<readonly [string, unknown, HostFailure['kind']]>([
    ['a deadline', new BusError('timeout', 'x'), 'timeout'],
    ['a broken connection', new BusError('closed', 'x'), 'unreachable'],
    ['nonsense from the bus', new BusError('malformed', 'x'), 'unreachable'],
    ['a cancelled call', new BusError('cancelled', 'x'), 'cancelled'],
    ['a refused login', new BusError('rejected', 'x'), 'not-allowed'],
    ['an abort', new DOMException('stop', 'AbortError'), 'cancelled'],
    ['any error', new Error('x'), 'refused'],
    ['no error at all', 'x', 'refused'],
  ])('%s', (_what, error, kind) => {
    expect(explain(error, doing)).toMatchObject({ name: 'HostFailure', kind });
  });

  test('a cause that is told already is told', () => {
    const told = hostFailure('timeout', 'vm cannot be reached: connection timed out.');
    expect(explain(new BusError('closed', 'x', { cause: told }), doing)).toBe(told);
  });

  test.each([
    ['that is final', finalRefusal('Attaching a on vm: that cannot be.', 'Choose another.'), { final: true }],
    ['for which there is a line to copy', rightsMissing({ ...doing, setUp: 'sudo x' }, 'dev'), { setUp: 'sudo x', detail: 'dev' }],
    ['of the image', Object.assign(hostFailure('refused', 'x'), { place: { path: 'a', line: 2 } }), { place: { path: 'a', line: 2 } }],
  ])('a failure %s stays so where it could not be undone', (_what, failure, kept) => {
    const told = notUndone(failure, new BusError('closed', 'the bus is gone'), doing);
    expect(told).toMatchObject({ name: 'HostFailure', kind: failure.kind, message: failure.message, cause: failure, ...kept });
    expect(told.advice).toBe('It could not be undone (the bus is gone): detach the image when the host can be reached again.');
    expect('final' in told).toBe('final' in kept);
  });

  test('a signal that says that the connection broke is no cancellation', () => {
    const controller = new AbortController();
    controller.abort(new BusError('closed', 'x'));
    expect(stopped(controller.signal, doing).kind).toBe('unreachable');
    const user = new AbortController();
    user.abort();
    expect(stopped(user.signal, doing).kind).toBe('cancelled');
  });
});
