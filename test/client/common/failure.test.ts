import { expect, test } from 'vitest';
import { asFailure, failureDetails, failureText, type Remedy, remedies } from '../../../client/src/common/failure.ts';
import type { HostFailure } from '../../../client/src/hosts/contract.ts';
import { finalRefusal, hostFailure } from '../../../client/src/hosts/errors.ts';

const all = new Set<Remedy>(['inspect', 'go-on', 'retry', 'choose-host', 'logs', 'details']);

test.each<[HostFailure['kind'], Remedy[]]>([
  ['unreachable', ['retry', 'choose-host', 'details']],
  ['timeout', ['retry', 'details']],
  ['cancelled', []],
  ['not-allowed', ['retry', 'choose-host', 'details']],
  ['no-portabled', ['choose-host', 'details']],
  ['refused', ['retry', 'details']],
  ['faulty-image', ['inspect', 'go-on']],
  ['failed-to-start', ['logs', 'details']],
])('%s offers %j', (kind, expected) => expect(remedies(hostFailure(kind, 'It failed.'), all)).toEqual(expected));

test('only what the action can carry out is offered', () => {
  expect(remedies(hostFailure('failed-to-start', 'It failed.'), new Set<Remedy>(['details']))).toEqual(['details']);
});

test('a failure that a host told passes through', () => {
  const failure = hostFailure('refused', 'portabled said no.', 'Rename it.', 'org.freedesktop...');
  expect(asFailure(failure, 'Attaching')).toBe(failure);
  expect(failureText(failure)).toBe('portabled said no. Rename it.');
  expect(failureDetails(failure)).toBe('portabled said no. Rename it.\norg.freedesktop...');
});

test.each([
  [new TypeError('x is undefined'), 'Attaching hello: x is undefined'],
  ['thrown text', 'Attaching hello: thrown text'],
  [undefined, 'Attaching hello: undefined'],
])('anything else is told as a fault of the extension: %s', (thrown, message) => {
  const failure = asFailure(thrown, 'Attaching hello');
  expect(failure.message).toBe(message);
  expect(failure.advice).toMatch(/fault of the extension/);
});

test('where doing the same again cannot help, it is not offered', () => {
  expect(remedies(finalRefusal('The file system cannot do that.', 'Choose another.'), all)).toEqual(['details']);
});
