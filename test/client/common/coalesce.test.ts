import { expect, test } from 'vitest';
import { debounce, inTurn, serialize } from '../../../client/src/common/coalesce.ts';
import type { Clock } from '../../../client/src/hosts/clock.ts';

test('a debounced call comes once, after it has been quiet', () => {
  const pending: (() => void)[] = [];
  const clock: Clock = {
    now: () => 0,
    after: (_ms, call) => {
      pending.push(call);
      return () => pending.splice(pending.indexOf(call), 1);
    },
  };
  let calls = 0;
  const later = debounce(clock, 500, () => calls++);
  later.request();
  later.request();
  expect(pending).toHaveLength(1);
  for (const call of pending) call();
  expect(calls).toBe(1);
  later.request();
  later.cancel();
  expect(calls).toBe(1);
});

test('work asked for while it runs is done once more, and every caller waits for a run that began after the call', async () => {
  const ends: (() => void)[] = [];
  const run = serialize(() => new Promise<void>(resolve => ends.push(resolve)));
  const order: string[] = [];
  const first = run().then(() => order.push('first'));
  const second = run().then(() => order.push('second'));
  const third = run().then(() => order.push('third'));
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await first;
  await new Promise(resolve => setImmediate(resolve));
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await Promise.all([second, third]);
  expect(order).toEqual(['first', 'second', 'third']);
});

test('a failed run does not keep the next from running', async () => {
  let runs = 0;
  const run = serialize(async () => {
    if (runs++ === 0) throw new Error('once');
  });
  const results = await Promise.allSettled([run(), run()]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
});

test('one call after the other: a second question waits for the first answer, also where that fails', async () => {
  const told: string[] = [];
  const answers: (() => void)[] = [];
  const ask = inTurn(async (what: string) => {
    told.push(what);
    await new Promise<void>(resolve => answers.push(resolve));
    if (what === 'first') throw new Error('declined');
    return what;
  });
  const [first, second] = [ask('first'), ask('second')];
  await new Promise(resolve => setTimeout(resolve));
  expect(told).toEqual(['first']);
  answers[0]?.();
  await expect(first).rejects.toThrow('declined');
  await new Promise(resolve => setTimeout(resolve));
  expect(told).toEqual(['first', 'second']);
  answers[1]?.();
  expect(await second).toBe('second');
});
