import { expect, test } from 'vitest';
import { createRememberedChoices } from '../../../client/src/common/remembered-choices.ts';
import { forTesting } from '../../../client/src/hosts/attach/attach-options.ts';

function memory(initial?: unknown) {
  let value = initial;
  return {
    get: () => value,
    update: async (_key: string, next: unknown) => {
      value = JSON.parse(JSON.stringify(next));
    },
  };
}

const strict = { ...forTesting, profile: 'strict', extensions: ['/x'], enable: true };

test('a choice is remembered by host and image, the last one counts', async () => {
  const choices = createRememberedChoices(memory());
  expect(choices.of('ssh:a', '/i')).toBeUndefined();
  await choices.remember('ssh:a', '/i', forTesting);
  await choices.remember('ssh:a', '/i', strict);
  expect(choices.of('ssh:a', '/i')).toEqual(strict);
  expect(choices.of('ssh:b', '/i')).toBeUndefined();
  expect(choices.of('ssh:a', '/j')).toBeUndefined();
});

test('force is chosen anew each time', async () => {
  const choices = createRememberedChoices(memory());
  await choices.remember('local', '/i', { ...strict, force: true });
  expect(choices.of('local', '/i')).toEqual(strict);
});

test('the oldest of many is forgotten', async () => {
  const choices = createRememberedChoices(memory());
  for (let i = 0; i <= 200; i++) await choices.remember('local', `/${i}`, strict);
  expect(choices.of('local', '/0')).toBeUndefined();
  expect(choices.of('local', '/1')).toEqual(strict);
});

test.each([undefined, null, 'x', 7, {}, [7, [3, {}], ['local\n/i', 'x']]])('what another version kept does no harm: %j', value => {
  expect(createRememberedChoices(memory(value)).of('local', '/i')).toBeUndefined();
});

test('what is missing or of another type is as fits testing', () => {
  const kept = [['local\n/i', { profile: 7, runtime: 'yes', prefixes: ['a', 1], copyMode: 'odd', start: false }]];
  expect(createRememberedChoices(memory(kept)).of('local', '/i')).toEqual({ ...forTesting, prefixes: ['a'], start: false });
});
