/** Units under a profile as editors show them: line by line, with their exposure, and what would lower it. */
import { expect, test } from 'vitest';
import { lensesOf } from '../../../server/src/features/code-lens.ts';
import { attachedAs, effectiveDocument } from '../../../server/src/features/effective.ts';
import { exposureRows, exposureUnder, tighteningsOf } from '../../../server/src/features/exposure.ts';
import { judgeUnit } from '../../../server/src/features/judge.ts';
import { differingDirectives, profilesFrom } from '../../../server/src/features/profiles.ts';
import { knownHost } from '../../../server/src/portable/known-host.ts';
import { shippedProfile } from '../../../server/src/portable/profiles.ts';
import { unitFileOf } from '../../../server/src/unit/unit-file.ts';

const systemd = 257;
const judged = (text: string, path = '/x/hello.service') => judgeUnit({ text, unit: unitFileOf(path) ?? { role: 'unit' } }, { systemd });
const service = '[Service]\nExecStart=/usr/bin/hello\nPrivateDevices=no\nEnvironment=A=1\nEnvironment=\nNope=1\n';

/** The lines of a document that do not count, and why. */
function fates(text: string, profile: string) {
  const unit = attachedAs(judged(text), { name: profile }, { systemd });
  if (!unit) throw new Error('it is no unit');
  const document = effectiveDocument(unit, systemd);
  const lines = document.text.split('\n');
  expect(document.lines.length).toBe(lines.length - 1);
  return document.lines.flatMap(({ fate, by }, n) => (fate ? [[lines[n], fate, by === undefined ? undefined : lines[by]]] : []));
}

test('what does not count, and for what', () => {
  expect(fates(service, 'default')).toEqual([
    ['PrivateDevices=no', 'replaced', 'PrivateDevices=yes'],
    ['Environment=A=1', 'emptied', 'Environment='],
    ['Nope=1', 'ignored', undefined],
  ]);
});

test('a continued line is one', () => {
  const text = '[Service]\nExecStart=/usr/bin/hello\nProtectSystem=\\\n  full\n';
  expect(fates(text, 'default').map(([line, fate]) => [line, fate])).toEqual([
    ['ProtectSystem=\\', 'replaced'],
    ['  full', 'replaced'],
  ]);
});

test('the files, in the order of systemd', () => {
  const unit = attachedAs(judged(service), { name: 'mine', text: '[Service]\nPrivateTmp=yes\n' }, { systemd });
  expect(unit && effectiveDocument(unit, systemd).text).toBe(
    [
      `# /run/systemd/system.attached/hello.service\n${service}`,
      '# /run/systemd/system.attached/hello.service.d/10-profile.conf\n[Service]\nPrivateTmp=yes\n',
      "# /run/systemd/system.attached/hello.service.d/20-portable.conf\n# Drop-in created for image '/hello', do not edit.\n",
      '[Service]\nRootDirectory=/hello\nEnvironment=PORTABLE=hello\nLogExtraFields=PORTABLE=hello\n',
    ].join('\n'),
  );
});

test('in a manager of a user, it lies there, under the profiles for users', () => {
  const user = { links: '/run/user/7/portables', units: '/run/user/7/systemd/user.attached' };
  const host = knownHost({ name: 'me', scope: 'user', user });
  const files = attachedAs(judged(service), { name: 'default' }, { systemd: 262, host })?.files ?? [];
  expect(files.map(({ path }) => path)).toEqual(
    ['', '.d/10-profile.conf', '.d/20-portable.conf'].map(end => `${user.units}/hello.service${end}`),
  );
  expect(files[1]).toMatchObject({ target: '/usr/lib/systemd/user/portable/profile/default/service.conf' });
  expect(files[1]?.text).not.toContain('DynamicUser=');
  const unknown = attachedAs(judged(service), undefined, { systemd: 262, host: knownHost({ name: 'me', scope: 'user' }) });
  expect(unknown?.files[0]?.path).toBe('$XDG_RUNTIME_DIR/systemd/user.attached/hello.service');
});

test.each([
  ['a drop-in', '/x/hello.service.d/x.conf'],
  ['a profile', '/x/portable/profile/mine/service.conf'],
  ['a template of a build', '/x/hello.service.in'],
])('nothing becomes of %s', (_, path) => {
  expect(attachedAs(judged(service, path), undefined, { systemd })).toBeUndefined();
});

test('a unit of another type has no profile', () => {
  const unit = attachedAs(judged('[Socket]\nListenStream=1\n', '/x/hello.socket'), { name: 'default' }, { systemd });
  expect(unit?.files.map(({ origin }) => origin)).toEqual(['unit', 'portabled']);
});

test.each([
  ['$(flame)', '$ (flame) '],
  ['a\u202eb\nc', 'a\u{fffd}b\u{fffd}c '],
])('a profile named %j is only text over [Service]', (name, shown) => {
  const profiles = profilesFrom('default', [{ name, text: '[Service]\nPrivateNetwork=yes\n' }]);
  const [lens] = lensesOf(judged('[Service]\nExecStart=/bin/x\n'), 'file:///x', profiles, { systemd });
  expect(lens?.command?.title).toContain(` · ${shown}`);
});

test('the lens over [Service]', () => {
  const [lens] = lensesOf(judged('[Service]\nExecStart=/bin/x\n'), 'file:///x', profilesFrom('default', []), { systemd });
  expect(lens?.command?.title).toMatch(
    /^Exposure \d\.\d ok \(default\) · nonetwork \d\.\d · strict 0\.\d · trusted \d\.\d · unit alone 9\.\d$/,
  );
  expect(lens?.range.start.line).toBe(0);
});

test.each([
  [`# mine\n${shippedProfile('strict', systemd)}`, 'As strict of systemd 257'],
  [shippedProfile('default', systemd).replace('PrivateUsers=yes\n', ''), 'Differs from default in PrivateUsers='],
  ['[Service]\nPrivateTmp=yes\n', expect.stringMatching(/^Differs from trusted in \d directives|^Differs from trusted in /)],
])('the lens over a profile', (text, title) => {
  const [lens] = lensesOf(judged(text, '/x/portable/profile/mine/service.conf'), 'file:///x', profilesFrom('default', []), { systemd });
  expect(lens?.command?.title).toEqual(title);
});

test('what costs how much, dearest first', () => {
  const exposure = exposureUnder(judged('[Service]\nExecStart=/bin/x\n'), { name: 'trusted' }, { systemd });
  const rows = exposure ? exposureRows(exposure) : [];
  const costs = rows.map(({ tenths }) => tenths);
  expect(rows[0]).toMatchObject({ name: 'PrivateNetwork=', state: 'bad', remedy: 'yes' });
  expect(costs).toEqual([...costs].sort((a, b) => b - a));
});

test('lines that lower the exposure are offered, and do', () => {
  const text = '[Unit]\nDescription=x\n\n[Service]\nExecStart=/bin/x\n\n[Install]\nWantedBy=multi-user.target\n';
  const unit = judged(text);
  const offered = tighteningsOf(unit, { name: 'default' }, { systemd });
  expect(offered.length).toBeGreaterThan(1);
  const before = exposureUnder(unit, { name: 'default' }, { systemd })?.tenths ?? 0;
  for (const { edit } of offered) {
    const tighter = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
    expect(tighter).toMatch(/ExecStart=\/bin\/x\n\w+=\S+\n\n\[Install\]/);
    expect(exposureUnder(judged(tighter), { name: 'default' }, { systemd })?.tenths).toBeLessThan(before);
  }
});

test.each([
  ['[Service]\nA=1\nB=2\n', '[Service]\nB=2\nA=1\n', []],
  ['[Service]\nA=1\nA=2\n', '[Service]\nA=2\nA=1\n', ['A']],
  ['[Service]\nA=1\n', '[Service]\nB=1\n', ['B', 'A']],
  ['[Service]\nA=1 \\\n  2\n', '[Service]\nA=1 2\n', []],
  ['[Unit]\nA=1\n[Service]\n', '[Service]\n', ['[Unit] A']],
])('%j and %j differ in %j', (text, base, expected) => {
  expect(differingDirectives(text, base)).toEqual(expected);
});
