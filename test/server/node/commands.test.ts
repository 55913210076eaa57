// portable-lint exposure, plan and show.
import { afterAll, describe, expect, test } from 'vitest';
import { exposureOf } from '../../../server/src/portable/exposure/exposure.ts';
import { wholeUnit } from '../../../server/src/rules/whole-unit.ts';
import { parseUnit } from '../../../server/src/unit/parse.ts';
import { generatedServices } from '../../hosts/generated-services.ts';
import { lintingFolder } from './linting.ts';

const service = '[Service]\nExecStart=/bin/true\n';
const generated = generatedServices(20, 3);
const latin = (text: string) => Uint8Array.from(`${service}${text}\n`, c => c.charCodeAt(0));
const { run, runWith, remove } = lintingFolder({
  'latin.service': latin('User=caf\xe9'),
  'remark.service': latin('# caf\xe9'),
  'latin_1/usr/lib/os-release': 'ID=latin\n',
  'latin_1/usr/lib/systemd/system/latin.service': latin('User=caf\xe9'),
  'latin_1/usr/lib/systemd/system/latin-remark.service': latin('# caf\xe9'),
  'a.service': service,
  'a.service.d/x.conf': '[Service]\nPrivateNetwork=yes\n',
  'b@.service': service,
  'bad.service': '[Service]\nExecStart=/bin/true\nExecStart=/bin/false\n',
  'a.socket': '[Socket]\nListenStream=1\n',
  'own/service.conf': '[Service]\nPrivateDevices=yes\n',
  'hello_1/usr/lib/os-release': 'ID=hello\nPORTABLE_PREFIXES=hello\nVERSION_ID=1\n',
  'hello_1/usr/lib/systemd/system/hello.service': service,
  'hello_1/usr/lib/systemd/system/hello.socket': '[Socket]\nListenStream=1\n',
  'hello_1/usr/lib/systemd/system/other.service': service,
  'mine_1/usr/lib/os-release': 'ID=mine\nPORTABLE_SCOPE=user\n',
  'mine_1/usr/lib/systemd/user/mine.service': service,
  'noid/usr/lib/os-release': 'NAME=x\n',
  'noid/usr/lib/systemd/system/noid.service': service,
  ...Object.fromEntries(
    ['hello.v/hello_1.0', 'hello.v/hello_2.0', 'hello.v/hello_3.0_arm64'].flatMap(root => [
      [`${root}/usr/lib/os-release`, 'ID=hello\nPORTABLE_PREFIXES=hello\n'],
      [`${root}/usr/lib/systemd/system/hello.service`, service],
    ]),
  ),
  'none.v/other_1/usr/lib/os-release': 'ID=x\n',
  ...Object.fromEntries(
    ['x86-64', 'riscv64'].flatMap(name => [
      [`calls-${name}/usr/lib/os-release`, `ID=calls\nPORTABLE_PREFIXES=calls\nARCHITECTURE=${name}\n`],
      [`calls-${name}/usr/lib/systemd/system/calls.service`, `${service}SystemCallFilter=read ioperm\n`],
    ]),
  ),
  'empty/usr/lib/os-release': 'ID=x\n',
  'extra/usr/lib/extension-release.d/extension-release.extra': 'ID=other\n',
  'odd\u001b[31m/usr/lib/os-release': 'ID=x\nPORTABLE_PREFIXES=a\n',
  'odd\u001b[31m/usr/lib/systemd/system/a.service': service,
  'broken.raw': 'not an image at all',
  ...Object.fromEntries(generated.map(([name, text]) => [`made/${name}`, text])),
});
afterAll(remove);

const rowsOf = (text: string): readonly { readonly unit: string; readonly profile: string | null; readonly exposure: number }[] =>
  JSON.parse(text);
const short = async (...args: string[]) =>
  rowsOf((await run('exposure', '--format', 'json', ...args)).out).map(({ unit, profile, exposure }) => [unit, profile, exposure]);

describe('exposure', () => {
  test('a unit with its drop-ins, bare and under profiles', async () => {
    // as systemd-analyze security --offline=yes of 257 has it
    expect(await short('--systemd', '257', 'DIR/a.service')).toEqual([['DIR/a.service', null, 9]]);
    const asked = await short('--systemd', '257', '--profile', 'strict', '--profile', 'DIR/own', 'DIR/b@.service');
    expect(asked.map(([, profile]) => profile)).toEqual(['strict', 'DIR/own']);
    expect(asked.map(([, , exposure]) => exposure)).toEqual([expect.any(Number), expect.any(Number)]);
  });

  test('JSON holds what test/hosts/exposure holds against systemd-analyze', async () => {
    let compared = 0;
    for (const [name, text] of generated) {
      const { out } = await run('exposure', '--systemd', '257', '--format', 'json', `DIR/made/${name}`);
      const tree = parseUnit(text);
      const source = { path: `/x/${name}`, unit: { role: 'unit', kind: 'service', name } as const, tree: () => tree };
      const whole = wholeUnit({ name: name.replace('@.', '@test-instance.'), kind: 'service', sources: [source] }, { systemd: 257 });
      const [row] = JSON.parse(out);
      // what is refused has none
      if (!whole || !row) expect(out).toBe('[]\n');
      else {
        compared++;
        const { tenths, rating, assessed } = exposureOf(whole);
        expect(row).toMatchObject({ exposure: tenths / 10, rating });
        const shares = assessed.map(({ assessment, state, tenths: share }) => [assessment.field, state === 'none' ? null : share / 10]);
        expect(row.assessments.map((a: { json_field: string; exposure: number | null }) => [a.json_field, a.exposure])).toEqual(shares);
      }
    }
    expect(compared).toBeGreaterThan(generated.length / 2);
  });

  test('the services of an image as they are once it is attached', async () => {
    const rows = await short('DIR/hello_1');
    expect(rows.map(([unit, profile]) => [unit, profile])).toEqual([['DIR/hello_1:hello.service', 'default']]);
  });

  test('a directory of versions stands for the one that systemd takes', async () => {
    expect((await short('DIR/hello.v')).map(([unit]) => unit)).toEqual(['DIR/hello.v/hello_2.0:hello.service']);
  });

  test('what an image is made for decides what its filters hold back', async () => {
    // riscv64 has no ioperm(), so that a filter which lets it through lets nothing through there
    const states = await Promise.all(
      ['x86-64', 'riscv64'].map(async name => {
        const { out } = await run('exposure', '--systemd', '257', '--profile', 'trusted', '--format', 'json', `DIR/calls-${name}`);
        const assessments: readonly { readonly json_field: string; readonly state: string }[] = JSON.parse(out)[0].assessments;
        return assessments.find(each => each.json_field === 'SystemCallFilter_raw_io')?.state;
      }),
    );
    expect(new Set(states).size).toBe(2);
  });

  test('text names what costs most', async () => {
    const { out, status } = await run('exposure', '--systemd', '257', 'DIR/b@.service');
    expect(status).toBe(0);
    expect(out).toMatch(/^DIR\/b@\.service: 9\.4 unsafe\n {4}0\.5 {2}PrivateNetwork= {2}the service is in the network of the host\n/);
    expect((await runWith({ env: { FORCE_COLOR: '1' } }, 'exposure', 'DIR/b@.service')).out).toContain('\u001b[33m');
    expect((await runWith({ env: { FORCE_COLOR: '1', NO_COLOR: '1' } }, 'exposure', 'DIR/b@.service')).out).not.toContain('\u001b');
  });

  test.each<readonly [status: number, args: readonly string[], says: RegExp]>([
    [0, ['--max-exposure', '9.4', 'DIR/b@.service'], /9\.4 unsafe\n/],
    [1, ['--max-exposure', '9.3', 'DIR/b@.service'], /more than 9\.3/],
    [1, ['--max-exposure=2', 'DIR/hello_1'], /more than 2\.0/],
    [2, ['--max-exposure', '11', 'DIR/b@.service'], /--max-exposure 11: expected a number from 0\.0 to 10\.0/],
    [2, ['DIR/bad.service'], /bad\.service: systemd \d+ refuses to load it/],
    [2, ['DIR/latin.service'], /latin\.service: systemd \d+ refuses to load it/],
    [2, ['DIR/latin_1'], /^DIR\/latin_1:latin-remark\.service under default: \d.*latin_1:latin\.service: systemd \d+ refuses to load it/s],
    [0, ['DIR/remark.service'], /remark\.service: 9/],
    [2, ['DIR/a.socket'], /only services have an exposure/],
    [2, ['DIR/none.service'], /there is no such file/],
    [2, ['DIR/none.v'], /none\.v: nothing in it is named as a version/],
    [2, ['DIR/empty'], /no service that portabled attaches/],
    [2, ['DIR/broken.raw'], /broken\.raw: (not supported|corrupt)/],
    [2, ['--profile', 'nope', 'DIR/a.service'], /systemd brings default, nonetwork, strict, trusted/],
    [2, ['--profile', 'DIR/nope', 'DIR/a.service'], /--profile .*nope: there is no such file/],
    [2, ['--systemd', '1', 'DIR/a.service'], /expected a version/],
    [2, ['--format', 'xml', 'DIR/a.service'], /expected text or json/],
    [2, [], /needs a unit or an image/],
    [0, ['--help'], /^usage: portable-lint exposure/],
  ])('%i: %j', async (status, args, says) => {
    const done = await run('exposure', ...args);
    expect(done.out + done.complaints).toMatch(says);
    expect(done.status).toBe(status);
  });
});

describe('plan', () => {
  test('every file that will be written', async () => {
    const { out, status } = await run('plan', '--systemd', '257', '--format', 'json', '--host-path', '/srv/hello_1', 'DIR/hello_1');
    expect(status).toBe(0);
    const plan = JSON.parse(out);
    expect(plan).toMatchObject({ outcome: 'attached', units: ['hello.service', 'hello.socket'], profile: 'default', systemd: 257 });
    expect(plan.unknown).toEqual(['whether the host has units of these names already']);
    expect(plan.files.map((file: { path: string }) => file.path)).toEqual([
      '/etc/portables/hello_1',
      '/etc/systemd/system.attached/hello.service',
      '/etc/systemd/system.attached/hello.service.d/10-profile.conf',
      '/etc/systemd/system.attached/hello.service.d/20-portable.conf',
      '/etc/systemd/system.attached/hello.socket',
      '/etc/systemd/system.attached/hello.socket.d/20-portable.conf',
    ]);
    expect(plan.files[3].text).toContain('RootDirectory=/srv/hello_1\n');
  });

  test('text', async () => {
    const { out } = await run('plan', '--systemd', '257', '--runtime', 'DIR/hello_1');
    expect(out).toContain('DIR/hello_1, as portabled of systemd 257 would attach it under default: 2 units\n');
    expect(out).toContain('  /run/systemd/system.attached/hello.service.d/20-portable.conf\n      # Drop-in created for image');
    expect(out).toContain('  unknown: whether the host has units');
  });

  test('services that will be attached and cannot start', async () => {
    const asked = ['plan', '--systemd', '257', '--host-path', '/srv/hello%i', 'DIR/hello_1', 'hello'];
    const { out, status } = await run(...asked);
    expect(status).toBe(0);
    expect(out).toContain('  will not start: hello.service: systemd takes the % in /srv/hello%i for a specifier');
    expect(JSON.parse((await run('plan', '--format', 'json', ...asked.slice(1))).out).failing).toMatchObject([
      { units: ['hello.service'] },
    ]);
  });

  test("by a user's own portabled: user units, that user's directories, and the profiles for users", async () => {
    const env = { XDG_RUNTIME_DIR: '/run/user/7/', HOME: '/home/me' };
    const asked = async (...args: string[]) => (await runWith({ env }, 'plan', '--user', ...args, 'DIR/mine_1')).out;
    const persistent = JSON.parse(await asked('--format', 'json'));
    expect(persistent).toMatchObject({ outcome: 'attached', scope: 'user', units: ['mine.service'] });
    expect(persistent.files.map((file: { path: string }) => file.path)).toEqual([
      '/home/me/.config/portables/mine_1',
      ...['', '.d/10-profile.conf', '.d/20-portable.conf'].map(end => `/home/me/.config/systemd/user.attached/mine.service${end}`),
    ]);
    expect(persistent.files[2].target).toBe('/usr/lib/systemd/user/portable/profile/default/service.conf');
    const runtime = await asked('--runtime');
    expect(runtime).toContain("DIR/mine_1, as a user's portabled of systemd 262 would attach it under default: 1 unit\n");
    expect(runtime).toContain('  /run/user/7/systemd/user.attached/mine.service\n');
    expect(await runWith({ env }, 'plan', 'DIR/mine_1')).toMatchObject({ status: 1 });
    expect(await runWith({ env }, 'plan', '--user', 'DIR/hello_1')).toMatchObject({ status: 1 });
    expect(await runWith({ env }, 'plan', '--user', '--systemd', '257', 'DIR/mine_1')).toMatchObject({ status: 2 });
  });

  test.each<readonly [args: readonly string[], reason: string]>([
    [['DIR/hello_1', 'nope'], 'prefixes'],
    [['DIR/noid'], 'no-id'],
    [['DIR/empty'], 'no-units'],
    [['DIR/extra'], 'no-release'],
    [['DIR/hello_1', '--extension', 'DIR/extra'], 'extension'],
    [['DIR/hello_1', '--extension', 'DIR/noid'], 'no-release'],
    [['DIR/hello_1', '--systemd', '252', '--copy', 'mixed'], 'copy-mode'],
    [['DIR/hello_1', '--systemd', '247', '--extension', 'DIR/extra'], 'no-extensions'],
  ])('%j is refused: %s', async (args, reason) => {
    const { out, status } = await run('plan', '--format', 'json', ...args);
    expect(JSON.parse(out)).toMatchObject({ outcome: 'refused', reason });
    expect(status).toBe(1);
    const text = await run('plan', ...args);
    expect(text.out).toMatch(/refused\n {2}\S.*\.\n {2}\S.*\.\n {2}portabled says: \S/);
  });

  test('of directories of versions the one that systemd takes', async () => {
    const { out } = await run('plan', '--format', 'json', '--runtime', 'DIR/hello.v');
    expect(JSON.parse(out).files[0].path).toBe('/run/portables/hello_2.0');
    const elsewhere = await run('plan', '--format', 'json', '--runtime', '--host-path', '/srv/hello.v/', 'DIR/hello.v');
    expect(JSON.parse(elsewhere.out).files[0]).toMatchObject({ target: '/srv/hello.v/hello_2.0' });
    // portabled of 252 takes it for a directory like any other
    expect(JSON.parse((await run('plan', '--format', 'json', '--systemd', '252', 'DIR/hello.v')).out)).toMatchObject({
      reason: 'no-release',
    });
    const none = await run('plan', 'DIR/hello_1', '--extension', 'DIR/none.v');
    expect([none.status, none.complaints]).toEqual([2, expect.stringContaining('none.v: nothing in it is named as a version')]);
  });

  test('names of images do not steer the terminal', async () => {
    const { out } = await run('plan', 'DIR/odd\u001b[31m', 'a');
    expect(out).toContain('odd\\x1b[31m');
    expect(out).not.toContain('\u001b');
  });

  test.each<readonly [args: readonly string[], says: RegExp]>([
    [['DIR/broken.raw'], /broken\.raw: (not supported|corrupt)/],
    [['DIR/nothing'], /nothing: /],
    [['--host-path', 'here', 'DIR/hello_1'], /expected an absolute path/],
    [['--profile', 'nope', 'DIR/hello_1'], /systemd brings/],
  ])('%j cannot be told', async (args, says) => {
    const { complaints, status } = await run('plan', ...args);
    expect(complaints).toMatch(says);
    expect(status).toBe(2);
  });
});

test.each(['exposure', 'plan', 'show'])('%s without anything to look at names its own help', async command => {
  const { complaints, status } = await run(command);
  expect([status, complaints]).toEqual([2, expect.stringContaining(`Try portable-lint ${command} --help.\n`)]);
});

describe('show', () => {
  test("what a user's own manager sees", async () => {
    const env = { XDG_CONFIG_HOME: 'relative', HOME: '/home/me' };
    const { out, status } = await runWith({ env }, 'show', '--user', 'DIR/mine_1/usr/lib/systemd/user/mine.service');
    expect(status).toBe(0);
    expect(out).toContain('# /home/me/.config/systemd/user.attached/mine.service\n');
    expect(out).toContain('/mine.service.d/10-profile.conf -> /usr/lib/systemd/user/portable/profile/default/service.conf\n');
    expect(out).not.toContain('DynamicUser');
  });

  test('the unit, the profile, and what portabled adds', async () => {
    const { out, status } = await run(
      'show',
      '--systemd',
      '257',
      '--profile',
      'strict',
      'DIR/hello_1/usr/lib/systemd/system/hello.service',
    );
    expect(status).toBe(0);
    expect(out.split('\n').filter(line => line.startsWith('# /'))).toEqual([
      '# /etc/systemd/system.attached/hello.service',
      '# /etc/systemd/system.attached/hello.service.d/10-profile.conf',
      '# /etc/systemd/system.attached/hello.service.d/20-portable.conf',
    ]);
    expect(out).toContain('\nTasksMax=4\n');
    expect(out).toContain('\nRootDirectory=DIR/hello_1\n');
  });

  test('by name in an image', async () => {
    const { out } = await run('show', '--runtime', '--image', 'DIR/hello_1', 'hello.socket');
    expect(out).toMatch(/^# \/run\/systemd\/system\.attached\/hello\.socket\n\[Socket\]\n/);
  });

  test.each<readonly [args: readonly string[], says: RegExp]>([
    [['DIR/a.service'], /lies in no image: name the image with --image/],
    [['--image', 'DIR/hello_1', 'nope.service'], /portabled finds no unit nope\.service/],
    [['--image', 'DIR/broken.raw', 'a.service'], /broken\.raw: /],
    [[], /show takes one unit/],
  ])('%j', async (args, says) => {
    const { complaints, status } = await run('show', ...args);
    expect(complaints).toMatch(says);
    expect(status).toBe(2);
  });
});
