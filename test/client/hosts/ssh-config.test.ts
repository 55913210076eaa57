import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sshConfigHosts } from '../../../client/src/hosts/ssh/ssh-config.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ssh-config-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return join(directory, 'config');
}

test.each<readonly [string, string, readonly string[]]>([
  ['names in order, once', 'Host b\n HostName x\nHost a b c\n', ['b', 'a', 'c']],
  ['no patterns, no negations, nothing like an option', 'Host * !a x? y*.z -o ok\n', ['ok']],
  ['any case, tabs, an equals sign, carriage returns', 'hOsT\ta\r\n  host=b\nHost = c\n', ['a', 'b', 'c']],
  ['quotes and comments', 'Host "my host" "a b" c # d\n#Host e\n', ['c']],
  ['Match and HostName are no hosts', 'Match host m\nHostName n\n', []],
  ['no control characters', 'Host a\x07b ok\n', ['ok']],
])('%s', async (_what, text, names) => {
  expect(await sshConfigHosts(write({ config: text }))).toEqual(names);
});

test('includes: absolute, several, patterns in files and directories, hidden ones left out, missing ones passed over', async () => {
  const config = write({
    config: `Host first\nInclude ${directory}/one ${directory}/missing\nInclude "${directory}/conf*/*.conf"\nHost last\n`,
    one: 'Host one\n',
    'conf.d/b.conf': 'Host b\n',
    'conf.d/a.conf': 'Host a\n',
    'conf.d/.hidden.conf': 'Host hidden\n',
    'conf.d/readme': 'Host readme\n',
    'config2/c.conf': 'Host c\n',
  });
  expect(await sshConfigHosts(config)).toEqual(['first', 'one', 'a', 'b', 'c', 'last']);
});

test('a file that includes itself ends', async () => {
  const config = write({ config: `Host a\nInclude ${directory}/config\n` });
  expect(await sshConfigHosts(config)).toEqual(['a']);
});

test('no file, no hosts', async () => {
  expect(await sshConfigHosts(join(directory, 'nothing'))).toEqual([]);
});
