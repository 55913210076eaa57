import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { identityOf, isAlive } from '../../lab/processes.ts';
import { openSession, sweepSessions } from '../../lab/session.ts';

const linux = process.platform === 'linux';

test.runIf(linux)('a session ends what was started with it, also what left its process group', async () => {
  const session = openSession();
  const child = spawn('setsid', ['sh', '-c', 'sleep 1000 & echo $!; wait'], { env: session.env });
  const grandchild = identityOf(await new Promise<number>(resolve => child.stdout.once('data', text => resolve(Number(text)))));
  expect(isAlive(grandchild)).toBe(true);
  await session.close();
  expect(isAlive(grandchild)).toBe(false);
  expect(existsSync(session.directory)).toBe(false);
});

test.runIf(linux)('only a session whose owner is dead is swept', async () => {
  const [living, dead] = [openSession(), openSession()];
  // the pid of this process, but of one that started at another time
  writeFileSync(join(dead.directory, 'owner.json'), JSON.stringify({ pid: process.pid, start: '1' }));
  const removed = await sweepSessions();
  expect(removed).toContain(dead.directory);
  expect(removed).not.toContain(living.directory);
  expect([existsSync(dead.directory), existsSync(living.directory)]).toEqual([false, true]);
  await living.close();
});
