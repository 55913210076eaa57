import { describe, expect, test } from 'vitest';
import { parseAttached } from '../../../client/src/hosts/attach/image-state.ts';
import { nameFault, nameOfCopies, plainName, prefixFault } from '../../../client/src/hosts/deploy/image-names.ts';

// what becomes of each on real hosts: test/hosts/odd-names
describe('why portabled cannot work with a name', () => {
  test.each<readonly [string, RegExp | undefined]>([
    ['hello', undefined],
    ['hello_1.0', undefined],
    ['hello_1.0 (copy)', undefined],
    ['hello_größe', undefined],
    ['hello_2026-01-01T10:00', undefined],
    ['hello_a\\b', undefined],
    ['hello_$(id); `x`', undefined],
    ['', /no name/],
    ['-hello', /begins with "-"/],
    ['.hello', /begins with "\."/],
    [' hello', undefined],
    ['hello_1 ', /drops " "/],
    ['hello_1 .raw', undefined],
    ['hello_50%', /takes "%"/],
    ["hello_it's", /with "'" in its name/],
    ['hello_"1"', /with "\\"" in its name/],
    ['größe_1', /with "ö" before/],
    ['a:b_1', /with ":" before/],
    ['a+b:c', /with ":" before/],
    ['a\\b', /with "\\\\" before/],
    ['a\nb', /"\\n" in its name/],
  ])('%j', (name, why) => {
    if (why) expect(nameFault(name)).toMatch(why);
    else expect(nameFault(name)).toBeUndefined();
  });
});

describe('the name of copies', () => {
  test.each([
    ['hello_1.0', 'hello_1.0'],
    ['hello_1.0 (copy)', 'hello_1.0-copy'],
    ['hello_größe', 'hello_gro-e'],
    ['hello_2026-01-01T10:00', 'hello_2026-01-01T10-00'],
    ['hello_50%', 'hello_50'],
    ['hello_$(id); `x` "', 'hello_-id-x'],
    ['my app_1', 'my-app_1'],
    ['-hello', 'hello'],
    ['漢字', 'image'],
    ['hello_\n', 'hello_'],
    ['x'.repeat(250), 'x'.repeat(201)],
  ])('of %j: %s', (name, expected) => {
    expect(nameOfCopies(name)).toBe(expected);
    expect(expected).toMatch(plainName);
  });
  test.each(['hello_größe', 'my_app (2)'])('%s keeps what units are chosen by', name => {
    expect(nameOfCopies(name).split('_', 1)).toEqual(name.split('_', 1));
  });
});

test.each([
  ['hello_größe', undefined],
  ['größe_1', /none can begin with "größe"/],
  ['my app', /none can begin with "my app"/],
  ['_1', /none can begin with ""/],
])('units by the name %j', (name, why) => {
  if (why) expect(prefixFault(name)?.why).toMatch(why);
  else expect(prefixFault(name)).toBeUndefined();
});

test('portabled’s marker is read back, escapes and all', () => {
  const line = "# Drop-in created for image '/srv/x_gr\\xc3\\xb6\\xc3\\x9fe\\x3a1:/srv/ext\\x5ca', do not edit.";
  const printed = ['/run/systemd/system.attached/x.service.d/20-portable.conf', line, '', ''].join('\0');
  expect(parseAttached(printed)).toMatchObject([{ image: '/srv/x_größe:1', extensions: ['/srv/ext\\a'] }]);
  // 247 escapes nothing
  expect(parseAttached(printed, 247)).toMatchObject([{ image: '/srv/x_gr\\xc3\\xb6\\xc3\\x9fe\\x3a1', extensions: ['/srv/ext\\x5ca'] }]);
});
