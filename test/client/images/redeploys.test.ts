import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createRedeploys } from '../../../client/src/images/redeploys.ts';
import { fakeClock } from '../hosts/fake-clock.ts';

function setup(remembered: readonly string[] = []) {
  const clock = fakeClock();
  const watched = new Map<string, () => void>();
  const deployed: string[] = [];
  let finish: (() => void) | undefined;
  let memory: readonly string[] = remembered;
  const redeploys = createRedeploys({
    clock,
    watch: (path, changed) => {
      watched.set(path, changed);
      return { dispose: () => void watched.delete(path) };
    },
    deploy: path => {
      deployed.push(path);
      return new Promise(resolve => {
        finish = resolve;
      });
    },
    remembered: () => memory,
    remember: async paths => {
      memory = paths;
    },
  });
  const save = (path: string): void => watched.get(path)?.();
  const end = async (): Promise<void> => {
    finish?.();
    await turn();
  };
  return { redeploys, clock, watched, deployed, save, end, memory: () => memory };
}

test('a burst of saves is one deploy, once it is quiet', () => {
  const { redeploys, clock, deployed, save } = setup();
  redeploys.start();
  redeploys.toggle('/a');
  for (let n = 0; n < 5; n++) {
    save('/a');
    clock.pass(399);
  }
  expect(deployed).toEqual([]);
  clock.pass(1);
  expect(deployed).toEqual(['/a']);
});

test('what is saved during a deploy is deployed after it, once', async () => {
  const { redeploys, clock, deployed, save, end } = setup();
  redeploys.start();
  redeploys.toggle('/a');
  save('/a');
  clock.pass(400);
  for (let n = 0; n < 3; n++) {
    save('/a');
    clock.pass(400);
  }
  expect(deployed).toHaveLength(1);
  await end();
  expect(deployed).toHaveLength(2);
  await end();
  expect(deployed).toHaveLength(2);
});

test('turned off, nothing more is deployed, not even what was saved just before', () => {
  const { redeploys, clock, deployed, watched, save, memory } = setup();
  redeploys.start();
  redeploys.toggle('/a');
  expect(memory()).toEqual(['/a']);
  save('/a');
  redeploys.toggle('/a');
  clock.pass(1000);
  expect([deployed, [...watched.keys()], memory()]).toEqual([[], [], []]);
});

test('what is remembered is watched from the start on, not before, and not deployed by that', () => {
  const { redeploys, clock, deployed, watched } = setup(['/a', '/b']);
  expect(redeploys.isOn('/a')).toBe(true);
  expect(watched.size).toBe(0);
  redeploys.start();
  clock.pass(1000);
  expect([...watched.keys()]).toEqual(['/a', '/b']);
  expect(deployed).toEqual([]);
  redeploys.dispose();
  expect(watched.size).toBe(0);
});
