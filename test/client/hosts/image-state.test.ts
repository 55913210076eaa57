import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type AttachedUnit,
  alsoDetached,
  detachRequests,
  imageStateOf,
  parseAttached,
  readAttached,
} from '../../../client/src/hosts/attach/image-state.ts';
import type { ListedUnit, Systemd } from '../../../client/src/hosts/bus/systemd.ts';
import { systemClock } from '../../../client/src/hosts/clock.ts';
import { createProcessGroup, spawnGroup } from '../../../client/src/hosts/transport/process.ts';
import type { Transport } from '../../../client/src/hosts/transport/transport.ts';

test('what the host prints about its drop-ins', () => {
  const at = (place: string, unit: string) => `/${place}/systemd/system.attached/${unit}.d/20-portable.conf`;
  const marker = (images: string) => `# Drop-in created for image '${images}', do not edit.`;
  const fields = [
    [at('run', 'a.service'), marker('/run/portables/a_1'), '/usr/lib/systemd/portable/profile/strict/service.conf'],
    [at('etc', 'a.socket'), marker('/srv/a_1:/srv/ext'), ''],
    [at('run', "o'b@.service"), marker("/srv/o'b"), ''],
    [at('run', 'edited.service'), '# mine', ''],
    ['/elsewhere/x.service.d/20-portable.conf', marker('/x'), ''],
  ];
  expect(parseAttached(fields.map(f => f.map(t => `${t}\0`).join('')).join(''))).toEqual([
    { name: 'a.service', runtime: true, image: '/run/portables/a_1', extensions: [], profile: 'strict' },
    { name: 'a.socket', runtime: false, image: '/srv/a_1', extensions: ['/srv/ext'] },
    { name: "o'b@.service", runtime: true, image: "/srv/o'b", extensions: [] },
  ]);
  expect(parseAttached('')).toEqual([]);
});

test.skipIf(process.getuid?.() !== 0)('a drop-in that cannot be read counts for none, not for the one before', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'attached-'));
  try {
    chmodSync(directory, 0o755);
    for (const [unit, mode] of [
      ['a.service', 0o644],
      ['b.service', 0],
    ] as const) {
      const dropIns = join(directory, `systemd/user.attached/${unit}.d`);
      mkdirSync(dropIns, { recursive: true });
      writeFileSync(join(dropIns, '20-portable.conf'), "# Drop-in created for image '/srv/a_1', do not edit.\n");
      chmodSync(join(dropIns, '20-portable.conf'), mode);
    }
    const group = createProcessGroup(spawnGroup);
    const environment = { XDG_CONFIG_HOME: directory, XDG_RUNTIME_DIR: '/nowhere' };
    const run: Transport['run'] = argv =>
      group.start('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', '--', ...argv], environment);
    const attached = await readAttached({ run } as Transport, 262, { clock: systemClock, deadline: 10_000, own: true });
    expect(attached.map(({ name }) => name)).toEqual(['a.service']);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

describe('what portabled would detach along with an image', () => {
  const attached = [
    '/run/portables/web_1',
    '/srv/web_2.raw',
    '/srv/web',
    '/srv/web-api_1',
    '/srv/we_1',
    '/srv/a:b_1',
    '/srv/é_1',
    '/srv/x\\y_1',
  ].map((image): AttachedUnit => ({ name: 'x.service', runtime: true, image, extensions: [] }));
  test.each([
    [252, '/run/portables/web_1', ['/srv/web', '/srv/web-api_1', '/srv/web_2.raw']],
    [257, '/run/portables/web_1', ['/srv/web', '/srv/web_2.raw']],
    [262, '/srv/web-api_1', []],
    [252, '/srv/other_1', []],
    // only from 257 on does a + end the name, too
    [252, '/srv/web+x_1', []],
    [262, '/srv/web+x_1', ['/run/portables/web_1', '/srv/web', '/srv/web_2.raw']],
    // what is escaped in its marker is compared as it stands there, but in 247
    [247, '/srv/a:b_2', ['/srv/a:b_1']],
    [252, '/srv/a:b_2', []],
    [257, '/srv/a:b_2', []],
    [262, '/srv/a\\x3ab', ['/srv/a:b_1']],
    [252, '/srv/\\xc3\\xa9_2', ['/srv/é_1']],
    [262, '/srv/x\\y', []],
  ])('systemd %s, %s', (major, path, others) => {
    expect(alsoDetached([{ image: path, runtime: true, extensions: [] }], attached, major)).toEqual(others);
  });

  const of = (image: string, extensions: readonly string[] = [], runtime = true): AttachedUnit => ({
    name: 'x.service',
    image,
    extensions,
    runtime,
  });
  const laid = [of('/srv/web_2'), of('/srv/web_3', ['/srv/more']), of('/srv/web_4', ['/srv/web_more']), of('/srv/web_5', [], false)];
  test.each<readonly [number, readonly string[] | undefined, readonly string[]]>([
    // 252 compares no more than it is asked for
    [252, [], ['/srv/web_2', '/srv/web_3', '/srv/web_4']],
    [252, ['/opt/more_2'], ['/srv/web_3']],
    [257, [], ['/srv/web_2', '/srv/web_4']],
    [257, ['/opt/more_2'], ['/srv/web_3']],
    [262, [], ['/srv/web_2', '/srv/web_4']],
    [262, ['/opt/more_2'], ['/srv/web_3']],
    [262, ['/opt/other'], []],
    [262, ['/opt/more', '/opt/other'], []],
    [262, undefined, ['/srv/web_2', '/srv/web_3', '/srv/web_4']], // not known yet
  ])('systemd %s, with the extension images %j', (major, extensions, others) => {
    const request = { image: '/srv/web_1', runtime: true, ...(extensions && { extensions }) };
    expect(alsoDetached([request], laid, major)).toEqual(others);
  });

  test('nothing of what is attached for good goes with what is not', () => {
    const request = { image: '/srv/web_1', runtime: false, extensions: [] };
    expect(alsoDetached([request], laid, 262)).toEqual(['/srv/web_5']);
  });

  test('units are detached by a request for each image, its extension images and how long it stays', () => {
    const units = [of('/a_1'), of('/a_1'), of('/a_1', [], false), of('/a_2', ['/x'])].map((unit, n) => ({ ...unit, name: `${n}.service` }));
    expect(detachRequests(units)).toEqual([
      { image: '/a_1', runtime: true, extensions: [] },
      { image: '/a_1', runtime: false, extensions: [] },
      { image: '/a_2', runtime: true, extensions: ['/x'] },
    ]);
  });
});

describe('the state of an attachment', () => {
  const units: readonly ListedUnit[] = [
    { name: 'a.service', load: 'loaded', active: 'failed', sub: 'failed', object: '/a' },
    { name: 'a.socket', load: 'loaded', active: 'active', sub: 'listening', object: '/s' },
    { name: 'a@1.service', load: 'loaded', active: 'inactive', sub: 'dead', object: '/i' },
  ];
  const systemd: Pick<Systemd, 'listUnits' | 'findUnits' | 'details'> = {
    listUnits: async names => units.filter(({ name }) => names.includes(name)),
    findUnits: async patterns => (patterns.includes('a@*.service') ? units.filter(({ name }) => name.startsWith('a@')) : []),
    details: async ({ name }) => ({
      fragment: '',
      dropIns: [],
      triggers: [],
      since: 5,
      ...(name === 'a.service' && { result: 'exit-code' }),
      ...(name === 'a.socket' && { result: 'success' }),
    }),
  };
  const own = (name: string, image = '/i/a_1'): AttachedUnit => ({ name, image, runtime: true, extensions: [] });

  test('its units, and the instances of its templates; none of another image', async () => {
    const attached = [own('a.socket'), own('a.service'), own('a@.service'), own('b.service', '/i/b_1')];
    expect(await imageStateOf(systemd as Systemd, attached, '/i/a_1')).toEqual({
      attached: true,
      hostPath: '/i/a_1',
      runtime: true,
      running: true,
      units: [
        { name: 'a.service', active: 'failed', sub: 'failed', since: 5, result: 'exit-code' },
        { name: 'a.socket', active: 'active', sub: 'listening', since: 5 },
        { name: 'a@1.service', active: 'inactive', sub: 'dead', since: 5 },
      ],
    });
  });
  test('nothing of its path attached', async () => {
    expect(await imageStateOf(systemd as Systemd, [own('a.service', '/other/a_1')], '/i/a_1')).toEqual({ attached: false });
  });
});
