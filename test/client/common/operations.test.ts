import { expect, test } from 'vitest';
import { createOperations } from '../../../client/src/common/operations.ts';
import { fakeHost, image } from './fake-host.ts';

test('while one runs, another on the same image and host is refused in words', async () => {
  const operations = createOperations();
  const host = fakeHost();
  let changes = 0;
  operations.onDidChange(() => changes++);
  let finish = () => {};
  const running = operations.run(host, image(), 'attaching', () => new Promise<void>(resolve => (finish = resolve)));
  expect(operations.doing(host, image())).toBe('attaching');
  expect(operations.refusal(host, image())).toMatch(/^hello is being attached to build-vm\./);
  // one that began while the user was asked is no fault of ours
  await expect(operations.run(host, image(), 'detaching', async () => {})).rejects.toMatchObject({
    name: 'HostFailure',
    kind: 'refused',
    message: 'hello is being attached to build-vm. Wait until that ends, or cancel it.',
  });
  finish();
  await running;
  expect(operations.refusal(host, image())).toBeUndefined();
  expect(changes).toBe(2);
});

test('portabled tells images of one prefix apart by nothing else, so they wait for each other', async () => {
  const operations = createOperations();
  const host = fakeHost();
  await operations.run(host, image(), 'detaching', async () => {
    const raw = image({ path: '/work/hello_2.raw', name: 'hello_2', kind: 'raw' });
    expect(operations.refusal(host, raw)).toMatch(/hello is being detached/);
    expect(operations.doing(host, raw)).toBeUndefined();
    expect(operations.refusal(host, image({ prefix: 'other' }))).toBeUndefined();
    expect(operations.refusal(fakeHost({ kind: 'local', name: 'this machine' }), image())).toBeUndefined();
  });
});

test('a failure frees the image', async () => {
  const operations = createOperations();
  const host = fakeHost();
  await expect(operations.run(host, image(), 'attaching', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(operations.refusal(host, image())).toBeUndefined();
});

test('what is saved while an image is being brought waits for the end of that, and for nothing else', async () => {
  const operations = createOperations();
  const host = fakeHost();
  const told: string[] = [];
  let finish = () => {};
  const running = operations.run(host, image(), 'deploying', () => new Promise<void>(resolve => (finish = resolve)));
  const waiting = operations.brought(host, image()).then(() => told.push('brought'));
  await operations.run(host, image({ prefix: 'other', path: '/work/other' }), 'deploying', async () => {});
  await operations.brought(host, image({ path: '/work/hello_2.raw' }));
  expect(told).toEqual([]);
  finish();
  await Promise.all([running, waiting]);
  expect(told).toEqual(['brought']);
  await operations.run(host, image(), 'detaching', () => operations.brought(host, image())); // the detach counts, not what was saved before it
});
