/** The copy of an image on its host, by the host's own shell: whatever ends it, nothing half done lies there. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Operation } from '../../../client/src/hosts/attach/host-operation.ts';
import { defaultDeadlines, systemClock } from '../../../client/src/hosts/clock.ts';
import { moveImage } from '../../../client/src/hosts/on-host/move-image.ts';
import { systemPlaces } from '../../../client/src/hosts/on-host/places.ts';
import { createProcessGroup, spawnGroup } from '../../../client/src/hosts/transport/process.ts';
import type { RemoteProcess } from '../../../client/src/hosts/transport/transport.ts';

describe.skipIf(process.platform !== 'linux')('an image is moved', () => {
  const group = createProcessGroup(spawnGroup);
  let directory = '';
  let pool = '';
  let image = '';

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'move-'));
    pool = join(directory, 'lib/portables');
    image = join(directory, 'hello_1');
    mkdirSync(join(image, 'etc'), { recursive: true });
    writeFileSync(join(image, 'etc/payload'), 'x');
  });
  afterEach(async () => {
    await group.dispose();
    rmSync(directory, { recursive: true });
  });

  const move = (signal: AbortSignal, change: (started: RemoteProcess) => void = () => {}) => {
    const transport = {
      run: ([program, ...args]: readonly [string, ...string[]]) => {
        const started = group.start(program, args);
        change(started);
        return started;
      },
    };
    const places = { ...systemPlaces, pools: { runtime: directory, persistent: pool } };
    const doing = { what: 'Making hello_1 persistent on vm', host: 'vm', rights: '' };
    const given = { transport, connection: { places }, doing, clock: systemClock, deadlines: defaultDeadlines };
    return moveImage({ ...given, progress: { signal, report: () => {} } } as unknown as Operation, image);
  };
  const lies = (): readonly string[] => (existsSync(pool) ? readdirSync(pool) : []);
  const never = new AbortController().signal;

  test('and moved back', async () => {
    const moved = await move(never);
    expect(moved.path).toBe(join(pool, 'hello_1'));
    expect(lies()).toEqual(['hello_1']);
    expect(readFileSync(join(moved.path, 'etc/payload'), 'utf8')).toBe('x');
    await moved.discard();
    expect(lies()).toEqual([]);
    expect(existsSync(image)).toBe(true);
  });

  test('not when the line breaks, which ends what it reads', async () => {
    await expect(move(never, ({ stdin }) => stdin.end())).rejects.toMatchObject({ kind: 'refused' });
    expect(lies()).toEqual([]);
  });

  test('not when the user stops it', async () => {
    let ended: RemoteProcess['ended'] | undefined;
    const stopped = move(AbortSignal.abort(), started => {
      ended = started.ended;
    });
    await expect(stopped).rejects.toMatchObject({ kind: 'cancelled' });
    await ended;
    expect(lies()).toEqual([]);
  });

  test('not over what lies there', async () => {
    mkdirSync(join(pool, 'hello_1'), { recursive: true });
    await expect(move(never)).rejects.toMatchObject({ detail: `${join(pool, 'hello_1')} is there already` });
    expect(lies()).toEqual(['hello_1']);
    expect(readdirSync(join(pool, 'hello_1'))).toEqual([]);
  });
});
