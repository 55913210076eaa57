// What is said of os-release and extension-release files, and of units, by the image tree that they lie in.
import { describe, expect, test } from 'vitest';
import { knownHost } from '../../../../server/src/portable/known-host.ts';
import { check, checkRelease } from '../../../../server/src/rules/check.ts';
import type { TreeFacts } from '../../../../server/src/rules/portable/portable-tree.ts';
import { releaseFile, releaseKindOf } from '../../../../server/src/rules/portable/release-file.ts';
import type { Target, TargetProfile } from '../../../../server/src/rules/rule.ts';
import { parseUnit } from '../../../../server/src/unit/parse.ts';
import { unitFileOf } from '../../../../server/src/unit/unit-file.ts';

const tree = (facts: Partial<TreeFacts> = {}): TreeFacts => ({
  root: '/w/hello',
  name: 'hello',
  units: ['hello.service'],
  distribution: false,
  mountPoints: true,
  beside: () => [],
  ...facts,
});
const named = (root: string, units: readonly string[] = ['hello.service']) =>
  tree({ root, name: root.slice(root.lastIndexOf('/') + 1), units });

/** What is said of a release file: `code: the words in question`. */
function told(text: string, facts: TreeFacts | undefined, { systemd = 262, file = 'os-release' } = {}): readonly string[] {
  const release = releaseFile(text, releaseKindOf(file) ?? { kind: 'os-release' }, { systemd }, facts);
  return checkRelease(release).map(({ code, start, end }) => `${code}: ${text.slice(start, end)}`);
}

describe('os-release', () => {
  test.each<readonly [text: string, facts: TreeFacts | undefined, said: readonly string[]]>([
    ['ID=hello\nPORTABLE_PREFIXES=hello\n', tree(), []],
    ['NAME=x\nPORTABLE_PREFIXES=hello\n', tree(), ['portable/no-id: NAME=x']],
    ['ID=\nPORTABLE_PREFIXES=hello\n', tree(), ['portable/no-id: ID=']],
    ['ID=""\nPORTABLE_PREFIXES=hello\n', tree(), ['portable/no-id: ID=""']],
    ['NAME=x\n', tree(), ['portable/no-id: NAME=x']],
    ['', tree(), ['portable/no-id: ']],
    // ordinary trees, systems and layers
    ['NAME=x\n', tree({ units: [] }), []],
    ['NAME=x\n', tree({ units: ['ssh.service'] }), []],
    ['NAME=x\n', tree({ root: '/', name: '' }), []],
    ['NAME=x\n', undefined, []],
    ['NAME=x\n', named('/w/mkosi.extra', ['mkosi.service']), []],
    ['ID=x\nPORTABLE_PREFIXES=hello\n', named('/w/mkosi.extra', []), []],
    ['ID=x\nPORTABLE_PREFIXES=hello\n', named('/w/rootfs', []), []],
    // prefixes
    ['ID=x\nPORTABLE_PREFIXES=helo\n', tree(), ['portable/prefixes-fit-no-unit: helo']],
    ['ID=x\nPORTABLE_PREFIXES="helo world"\n', tree(), ['portable/prefixes-fit-no-unit: "helo world"']],
    ['ID=x\nPORTABLE_PREFIXES="hello world"\n', tree(), []],
    ['ID=x\nPORTABLE_PREFIXES=hello\n', tree({ units: ['helloworld.service', 'hello.mount'] }), ['portable/prefixes-fit-no-unit: hello']],
    ['ID=x\nPORTABLE_PREFIXES=\n', tree(), []],
    ['ID=x\nPORTABLE_PREFIXES=hello\n', named('/w/hello_1.0'), []],
    ['ID=x\nPORTABLE_PREFIXES=hello\n', named('/w/greeter_1.0'), ['portable/prefixes-miss-name: hello']],
    ['ID=x\nPORTABLE_PREFIXES=hello\n', named('/w/build'), []],
    ['ID=x\nPORTABLE_PREFIXES="hello world,greeter"\n', tree(), ['portable/bad-prefix: world,greeter']],
    ['ID=x\nPORTABLE_PREFIXES=hello,world\n', tree(), ['portable/prefixes-fit-no-unit: hello,world', 'portable/bad-prefix: hello,world']],
    ['ID=x\nPORTABLE_PREFIXES="hello wörld_"\n', tree(), ['portable/bad-prefix: wörld_']],
    // scopes
    ['ID=x\nPORTABLE_SCOPE=any\n', tree(), []],
    ['ID=x\nPORTABLE_SCOPE=user\n', tree(), []],
    ['ID=x\nPORTABLE_SCOPE=users\n', tree(), ['portable/bad-scope: users']],
    // names
    ['ID=x\nPORTABLE_PREFIXES=hello\n', named('/w/hello app'), ['portable/bad-image-name: ID=x']],
    ['ID=x\nPORTABLE_PREFIXES=hello\n', named('/w/hello\u0007'), ['portable/bad-image-name: ID=x']],
    ['ID=x\nPORTABLE_PREFIXES=hello\n', named('/w/hello_50%'), ['portable/bad-image-name: ID=x']],
    ['ID=x\nPORTABLE_PREFIXES=hello\n', named('/w/hello_1 '), ['portable/bad-image-name: ID=x']],
    ['ID=x\nPORTABLE_PREFIXES=hello\n', named('/w/hello_1:2'), ['portable/bad-image-name: ID=x']],
    ['ID=x\nPORTABLE_PREFIXES=hello\n', named('/w/hello_1.mstack'), ['portable/bad-image-name: ID=x']],
    ['ID=x\nPORTABLE_PREFIXES=hello\n', named('/w/_hello'), ['portable/bad-image-name: ID=x']],
    ['ID=x\nPORTABLE_PREFIXES=hello\n', named('/w/hello_ü'), ['portable/bad-image-name: ID=x']],
    ['ID=x\nPORTABLE_PREFIXES=hello\n', named("/w/hello_'1'"), ['portable/bad-image-name: ID=x']],
    ['ID=x\nPORTABLE_PREFIXES=hello\n', named('/w/hello_1+x~2#3'), []],
  ])('%j', (text, facts, said) => expect(told(text, facts)).toEqual(said));

  test('portabled of 257 knows no scopes', () => {
    expect(told('ID=x\nPORTABLE_SCOPE=users\n', tree(), { systemd: 257 })).toEqual([]);
  });

  test.each<readonly [profile: TargetProfile | undefined, host: boolean, said: readonly string[]]>([
    [undefined, true, []],
    [{ name: 'strict' }, true, []],
    [{ name: 'mine', text: '[Service]\n' }, true, []],
    [{ name: 'mine' }, true, ['portable/unknown-profile: ID=x']],
    [{ name: 'mine' }, false, []],
    [{ name: 'strct' }, false, ['portable/unknown-profile: ID=x']],
  ])('the profile %j, a host: %s', (profile, known, said) => {
    const host = known && { host: knownHost({ name: 'vm', scope: 'system' }) };
    const target = { systemd: 262, ...host, ...(profile && { profile }) };
    const text = 'ID=x\nPORTABLE_PREFIXES=hello\n';
    const found = checkRelease(releaseFile(text, { kind: 'os-release' }, target, tree()));
    expect(found.map(({ code, start, end }) => `${code}: ${text.slice(start, end)}`)).toEqual(said);
  });

  test('what is typed counts before what is saved', () => {
    expect(told('NAME=x\nPORTABLE_PREFIXES=hello\n', tree({ release: { ID: 'x' } }))).toEqual(['portable/no-id: NAME=x']);
  });
});

describe('extension-release', () => {
  const imageOf = (name: string, release: Readonly<Record<string, string>>) => ({ ...named(`/w/${name}`), release });
  const base = imageOf('hello', { ID: 'debian', ID_LIKE: 'linux', VERSION_ID: '13', SYSEXT_LEVEL: '2' });
  const extra = (beside: ReturnType<TreeFacts['beside']> = [base], name = 'extra') =>
    tree({ root: `/w/${name}`, name, units: [], beside: () => beside });
  const mismatch = (words: string) => [`portable/extension-mismatch: ${words}`];
  test.each<readonly [text: string, facts: TreeFacts | undefined, said: readonly string[]]>([
    ['ID=debian\nVERSION_ID=13\n', extra(), []],
    ['ID=_any\n', extra(), []],
    ['ID=debian\nVERSION_ID=12\n', extra(), mismatch('12')],
    ['ID=debian\n', extra(), mismatch('ID=debian')],
    ['ID=debian\nVERSION_ID=12\nSYSEXT_LEVEL=2\n', extra(), []],
    ['ID=debian\nVERSION_ID=13\nSYSEXT_LEVEL=1\n', extra(), mismatch('1')],
    ['ID=debian\nVERSION_ID=13\nSYSEXT_SCOPE=system\n', extra(), mismatch('system')],
    ['ID=debian\nVERSION_ID=13\nARCHITECTURE=arm64\n', extra(), []],
    ['ID=fedora\n', extra(), mismatch('fedora')],
    ['ID=linux\nVERSION_ID=13\n', extra(), []],
    // one of those beside it fits, or none can be meant
    ['ID=fedora\n', extra([base, imageOf('f', { ID: 'fedora' })]), []],
    ['ID=arch\n', extra([base, imageOf('f', { ID: 'fedora' })]), []],
    ['ID=arch\n', extra([]), []],
    ['ID=arch\n', undefined, []],
    ['NAME=x\n', extra(), ['portable/no-id: NAME=x']],
    // the name of the file
    ['ID=_any\n', extra([base], 'other'), ['portable/extension-name: ID=_any']],
    ['ID=_any\n', extra([base], 'build'), []],
    ['ID=_any\n', { ...extra([base], 'other'), release: { ID: 'x' } }, []],
  ])('%j', (text, facts, said) => {
    expect(told(text, facts, { file: 'extension-release.extra' })).toEqual(said);
  });

  test('ID_LIKE= counts from 257 on', () => {
    const said = told('ID=linux\nVERSION_ID=13\n', extra(), { file: 'extension-release.extra', systemd: 256 });
    expect(said).toEqual(mismatch('linux'));
  });
});

test.each<readonly [text: string, said: readonly string[]]>([
  ['# x\n; y\n\nID=x\n', []],
  ['ID=x\nhello\n', ['advice/skipped-line: hello']],
  ['  hello there \nID=x', ['advice/skipped-line: hello there']],
  ['ID=x\nhello', ['advice/skipped-line: hello']],
  ['A="b\nc"\nID=x\n', []],
  ['A=b\\\nc\nID=x\n', []],
  ['A="b\nID=x\n', ['advice/unclosed-quote: "']],
  ['A="b" \'c\nID=x\n', ["advice/unclosed-quote: '"]],
  ['A=it\'s\nB=a"b\n', []],
  ['A="a\\"b"\n', []],
  ['ID=x\nID=y\n', ['advice/repeated-field: ID=x']],
  ['\u0000ID=', []],
])('what systemd passes over: %j', (text, said) => expect(told(text, undefined)).toEqual(said));

describe('units of an image', () => {
  const release = { ID: 'x', PORTABLE_PREFIXES: 'hello' };
  const service = '[Service]\nExecStart=/bin/true\n';
  const say = (name: string, text: string, facts: TreeFacts) => {
    const path = `${facts.root}/usr/lib/systemd/system/${name}`;
    const found = check({ tree: parseUnit(text), unit: unitFileOf(path) ?? { role: 'unit' }, target: { systemd: 262 }, inTree: facts });
    return found.filter(f => f.code.startsWith('portable/')).map(f => f.code.slice('portable/'.length));
  };
  const image = tree({ release });
  const system = tree({ release, distribution: true });
  const bare = tree({ mountPoints: true });

  test.each<readonly [name: string, text: string, facts: TreeFacts, said: readonly string[]]>([
    ['hello.service', service, image, []],
    ['hello-x@.service', service, image, []],
    ['other.service', service, image, ['unmatched-prefix']],
    ['helloworld.service', service, image, ['unmatched-prefix']],
    ['other.service', service, system, []],
    ['helloworld.service', service, system, ['unmatched-prefix']],
    ['other.service', service, tree({ units: [] }), []],
    ['other.service', service, tree({ release: { ID: 'x' } }), ['unmatched-prefix']],
    ['other.service.in', service, image, []],
    ['hello.mount', '[Mount]\nWhat=/a\nWhere=/hello\n', image, ['left-behind-type']],
    ['other.slice', '[Slice]\n', image, ['left-behind-type']],
    ['other.slice', '[Slice]\n', system, []],
    ['hello.service', '', image, ['empty-unit']],
    ['hello.service', service, bare, ['missing-release']],
    ['hello.service', service, { ...bare, mountPoints: false }, []],
    ['other.service', service, bare, ['unmatched-prefix']],
  ])('%s %j', (name, text, facts, said) => expect(say(name, text, facts)).toEqual(said));

  const about = (name: string, target: Target, facts: TreeFacts = image) => {
    const path = `${facts.root}/usr/lib/systemd/system/${name}`;
    const found = check({ tree: parseUnit(service), unit: unitFileOf(path) ?? { role: 'unit' }, target, inTree: facts });
    return found.filter(f => f.code.startsWith('portable/unit-')).map(f => f.message);
  };
  const onHost = (units: readonly { readonly name: string; readonly image?: string }[]) => ({
    systemd: 262,
    host: knownHost({ name: 'vm', scope: 'system', units }),
  });

  test.each<readonly [units: readonly { readonly name: string; readonly image?: string }[], said: readonly RegExp[]]>([
    [[], []],
    [[{ name: 'other.service' }], []],
    [[{ name: 'hello.service' }], [/^The host vm has a unit hello.service already: .* Give the unit another name\.$/]],
    [[{ name: 'hello.service', image: '/srv/else_1.raw' }], [/ from the image else_1: .* Detach else_1 first/]],
    // another version of itself
    [[{ name: 'hello.service', image: '/run/portables/hello_0.9.raw' }], []],
    [[{ name: 'hello.service', image: '/run/portables/.#versions/hello_20261128' }], []],
  ])('what the host has: %j', (units, said) => {
    expect(about('hello.service', onHost(units))).toEqual(said.map(pattern => expect.stringMatching(pattern)));
    expect(about('greeter.service', onHost([{ name: 'greeter.service' }]))).toEqual([]);
  });

  test.each<readonly [name: string, units: readonly string[], release: Readonly<Record<string, string>>, said: number]>([
    ['else', ['hello.service', 'else.service'], { ID: 'x', PORTABLE_PREFIXES: 'hello else' }, 1],
    ['else', ['hello.service', 'else.service'], { ID: 'x', PORTABLE_PREFIXES: 'else' }, 0],
    ['else', ['hello.service'], { ID: 'x' }, 0],
    ['hello_2.0', ['hello.service'], { ID: 'x' }, 0],
    ['mkosi.extra', ['hello.service'], { ID: 'x', PORTABLE_PREFIXES: 'hello' }, 0],
  ])('the image %s beside it, with %j and %j', (name, units, other, said) => {
    const facts = tree({ release, beside: () => [{ ...named(`/w/${name}`, units), release: other }] });
    expect(about('hello.service', { systemd: 262 }, facts)).toHaveLength(said);
  });

  test('a unit with another prefix can be renamed', () => {
    const renamed = (name: string, units: readonly string[] = []) => {
      const unit = unitFileOf(`/w/hello/usr/lib/systemd/system/${name}`) ?? { role: 'unit' as const };
      const found = check({ tree: parseUnit(service), unit, target: { systemd: 262 }, inTree: tree({ release, units }) });
      return found.flatMap(({ remedies }) => remedies.map(remedy => (remedy.kind === 'rename-unit' ? remedy.name : remedy.kind)));
    };
    expect(renamed('other.service')).toEqual(['hello-other.service']);
    expect(renamed('helloworld@.service')).toEqual(['hello-world@.service']);
    expect(renamed('other.service', ['hello-other.service'])).toEqual([]);
  });

  test('drop-ins and profiles are no units', () => {
    const path = '/w/hello/etc/systemd/portable/profile/x/service.conf';
    const subject = (at: string) => ({
      tree: parseUnit('[Service]\n'),
      unit: unitFileOf(at) ?? { role: 'unit' as const },
      target: { systemd: 262 },
    });
    expect(check({ ...subject(path), inTree: image })).toEqual([]);
    expect(check(subject(path.replace('service.conf', 'mount.conf'))).map(f => f.code)).toContain('portable/useless-profile');
    expect(check({ ...subject('/w/hello/usr/lib/systemd/system/other.service.d/x.conf'), inTree: image })).toEqual([]);
  });
});

test.each<readonly [lines: string, said: readonly string[]]>([
  ['PrivateTmp=yes\nProtectHome=yes\n', []],
  ['ExecStart=/bin/x\n', ['ExecStart']],
  ['ExecStart=\n', []],
  ['Type=notify\nExecStartPre=/bin/x\nRootImage=/x.raw\n', ['Type', 'ExecStartPre', 'RootImage']],
])('what no profile should have: %j', (lines, said) => {
  const saidOf = (path: string) => {
    const text = `[Service]\n${lines}`;
    const found = check({ tree: parseUnit(text), unit: unitFileOf(path) ?? { role: 'unit' }, target: { systemd: 262 } });
    return found.filter(({ code }) => code === 'advice/profile-setting').map(({ start, end }) => text.slice(start, end));
  };
  expect(saidOf('/etc/systemd/portable/profile/mine/service.conf')).toEqual(said);
  expect(saidOf('/etc/systemd/system/service.d/mine.conf')).toEqual([]);
});
