import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { plainProfileName } from '../../server/src/protocol-profiles.ts';
import { projectFiles, read, root } from './files.ts';

const manifest = JSON.parse(read('package.json'));
const words: Readonly<Record<string, string>> = JSON.parse(read('package.nls.json'));
const client = projectFiles().filter(file => file.startsWith('client/src/'));
const clientText = client.map(read).join('\n');

const contributed: string[] = manifest.contributes.commands.map((row: { command: string }) => row.command);
const settings = Object.keys(manifest.contributes.configuration.properties);

const unique = (names: Iterable<string>) => [...new Set(names)].sort();
const captures = (text: string, pattern: RegExp) => unique([...text.matchAll(pattern)].map(match => match[1] ?? ''));

describe('words', () => {
  const used = captures(read('package.json'), /"%([\w.]+)%"/g);

  test('every %key% of the manifest has a text, and every text its %key%', () => {
    expect(used).toEqual(unique(Object.keys(words)));
  });

  test('every command that a text links to is one of ours or of VS Code', () => {
    const linked = captures(Object.values(words).join('\n'), /\]\(command:([\w.]+)/g);
    expect(linked.filter(command => !contributed.includes(command) && !/^(vscode|workbench)\./.test(command))).toEqual([]);
  });

  test('every text about a setting names only settings that exist', () => {
    const named = captures(Object.values(words).join('\n'), /(portableServices\.[a-z]\w*)(?=`|%22)/g);
    expect(named.filter(name => !settings.includes(name))).toEqual([]);
  });
});

describe('commands', () => {
  /** The rows of the tables in register.ts: `name,` or `name: function,`, on one line or several. */
  const tables = [...read('client/src/commands/register.ts').matchAll(/Record<string, Command>> = \{([^}]*)\}/g)]
    .map(match => match[1])
    .join(',');
  const registered = unique(captures(`,${tables}`, /,\s*(\w+)/g).map(name => `portableServices.${name}`));

  test('every contributed command is registered, and the other way round', () => {
    expect(registered).toEqual(unique(contributed));
  });

  test('every menu row names a contributed command', () => {
    const rows: { command: string }[] = Object.values(manifest.contributes.menus).flat() as { command: string }[];
    expect(rows.map(row => row.command).filter(command => !contributed.includes(command))).toEqual([]);
  });

  test('every command that the client runs is contributed', () => {
    const run = captures(clientText, /(?:executeCommand\(|command = |command: )'(portableServices\.\w+)'/g);
    expect(run.filter(command => !contributed.includes(command))).toEqual([]);
  });
});

describe('settings', () => {
  const readers = captures(clientText, /getConfiguration\([^)]*\)+\s*\.(?:get|inspect)(?:<[^(]*>)?\(\s*'([\w.]+)'/g);

  test('every setting that the client reads exists, and every setting is read', () => {
    expect(readers.map(name => `portableServices.${name}`)).toEqual(unique(settings));
  });

  test('hosts, and the programs and options that reach them, are settings of the machine: no workspace has a say', () => {
    const reaching = settings.filter(name => /host|ssh|rsync/i.test(name));
    const scopes = new Map(reaching.map(name => [name, manifest.contributes.configuration.properties[name].scope]));
    expect([...scopes].filter(([, scope]) => scope !== 'machine')).toEqual([]);
    expect([...scopes.keys()]).toEqual(expect.arrayContaining(['portableServices.hosts', 'portableServices.rsyncOptions']));
  });

  test('what says where to connect is out of reach of an untrusted workspace', () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    expect(restrictedConfigurations.filter((name: string) => !settings.includes(name))).toEqual([]);
    const machine = settings.filter(name => manifest.contributes.configuration.properties[name].scope === 'machine');
    expect(machine.filter(name => !restrictedConfigurations.includes(name))).toEqual([]);
  });
});

describe('views', () => {
  test('every context key of a `when` is set by the client', () => {
    const keys = captures(read('package.json'), /\b(portableServices\.[a-z]\w*)(?= ==|"| &&)/g);
    const views = manifest.contributes.views.portableServices.map((view: { id: string }) => view.id);
    const editors = manifest.contributes.customEditors.map((editor: { viewType: string }) => editor.viewType);
    expect(editors.filter((editor: string) => !clientText.includes(`'${editor}'`))).toEqual([]);
    const own = keys.filter(key => ![...contributed, ...settings, ...views, ...editors].includes(key));
    expect(own.filter(key => !clientText.includes(`'setContext', '${key}'`))).toEqual([]);
  });

  test('every view is made by the client', () => {
    const made = captures(clientText, /createTreeView(?:<[^(]*>)?\(\s*'([\w.]+)'/g);
    expect(made).toEqual(unique(manifest.contributes.views.portableServices.map((view: { id: string }) => view.id)));
  });
});

test('every file that the manifest names exists, but for what is built', () => {
  const named = captures(read('package.json'), /"((?:\.\/)?(?:docs|syntaxes|l10n)[\w./-]*)"/g);
  expect(named.filter(file => !existsSync(join(root, file)))).toEqual([]);
});

test('the setting of the profile takes the names that we take', () => {
  expect(manifest.contributes.configuration.properties['portableServices.profile'].pattern).toBe(plainProfileName.source);
});
