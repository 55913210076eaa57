/** What a real VS Code says of an image while its files are typed, and puts right: portabled's rules, and profiles. */
import * as assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { e2eInfo } from '../run-info.ts';
import { eventually } from './eventually.ts';

const inside = (...parts: readonly string[]): vscode.Uri => vscode.Uri.file(join(e2eInfo().workspace, 'typed', ...parts));
const units = 'usr/lib/systemd/system';
const image = (path: string): vscode.Uri => inside('greeter_1.0', path);
const extension = inside('extra', 'usr/lib/extension-release.d/extension-release.extra');
const release = image('usr/lib/os-release');
const service = '[Service]\nExecStart=/usr/bin/greet\n';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Shows a file with another text, never saved. */
async function type(uri: vscode.Uri, text: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document);
  const all = new vscode.Range(0, 0, document.lineCount, 0);
  assert.equal(await editor.edit(edit => edit.replace(all, text)), true);
  return document;
}

const codesOf = (uri: vscode.Uri, group: RegExp): readonly string[] =>
  vscode.languages
    .getDiagnostics(uri)
    .map(({ code }) => String(typeof code === 'object' ? code.value : code))
    .filter(code => group.test(code));

/** Waits until a file has just these findings, and gives the quick fix of the first of them by its title. */
async function says(uri: vscode.Uri, codes: readonly string[], group = /^portable\//): Promise<void> {
  await eventually(() => assert.deepEqual(codesOf(uri, group), codes));
}

async function fix(uri: vscode.Uri, title: string): Promise<void> {
  const action = await eventually(async () => {
    const range = vscode.languages.getDiagnostics(uri)[0]?.range ?? new vscode.Range(0, 0, 0, 0);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, range);
    const found = actions.find(each => each.title === title);
    assert.ok(found, `${title} is not among ${actions.map(each => each.title).join('; ')}`);
    return found;
  });
  assert.ok(action.edit, 'the fix has an edit');
  assert.equal(await vscode.workspace.applyEdit(action.edit), true);
}

describe('an image is written', () => {
  before(async () => {
    for (const place of ['proc', 'sys', 'dev']) await vscode.workspace.fs.createDirectory(image(place));
    await vscode.workspace.fs.writeFile(release, bytes('ID=greeter\nVERSION_ID=1\nPORTABLE_PREFIXES=greeter\n'));
    await vscode.workspace.fs.writeFile(image(`${units}/greeter.service`), bytes(service));
    await vscode.workspace.fs.writeFile(image(`${units}/other.service`), bytes(service));
    await vscode.workspace.fs.writeFile(extension, bytes('ID=greeter\nVERSION_ID=1\n'));
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(inside(), { recursive: true });
  });

  const typed: readonly (readonly [what: string, text: string, code: string, fix: string, fixed: string])[] = [
    ['without ID=', 'PORTABLE_PREFIXES=greeter\n', 'portable/no-id', 'Add ID=greeter', 'ID=greeter\nPORTABLE_PREFIXES=greeter\n'],
    [
      'with prefixes that fit no unit',
      'ID=x\nPORTABLE_PREFIXES=greter\n',
      'portable/prefixes-fit-no-unit',
      'Replace with greeter',
      'ID=x\nPORTABLE_PREFIXES=greeter\n',
    ],
    [
      'with prefixes that miss its name',
      'ID=x\nPORTABLE_PREFIXES=other\n',
      'portable/prefixes-miss-name',
      'Add greeter',
      'ID=x\nPORTABLE_PREFIXES="other greeter"\n',
    ],
    [
      'with commas between prefixes',
      'ID=x\nPORTABLE_PREFIXES="greeter other,more"\n',
      'portable/bad-prefix',
      'Replace with other more',
      'ID=x\nPORTABLE_PREFIXES="greeter other more"\n',
    ],
  ];
  for (const [what, text, code, title, fixed] of typed) {
    it(`${what}, and put right`, async () => {
      const document = await type(release, text);
      await says(release, [code]);
      await fix(release, title);
      assert.equal(document.getText(), fixed);
      await says(release, []);
    });
  }

  it('with a unit that no prefix takes, which is renamed', async () => {
    await type(release, 'ID=greeter\nPORTABLE_PREFIXES=greeter\n');
    const other = image(`${units}/other.service`);
    await type(other, service);
    await vscode.workspace.saveAll();
    await says(other, ['portable/unmatched-prefix']);
    await fix(other, 'Rename to greeter-other.service');
    const renamed = image(`${units}/greeter-other.service`);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(renamed));
    await says(renamed, []);
  });

  it('with an extension that does not fit it, field by field', async () => {
    await type(release, 'ID=greeter\nVERSION_ID=1\nPORTABLE_PREFIXES=greeter\n');
    await vscode.workspace.saveAll();
    await type(extension, 'ID=greeter\nVERSION_ID=2\n');
    await says(extension, ['portable/extension-mismatch']);
    await fix(extension, 'Write VERSION_ID=1');
    await says(extension, []);
  });

  it('with what its profile does not allow', async () => {
    const unit = image(`${units}/greeter.service`);
    const document = await type(unit, '[Service]\nExecStartPre=/bin/mkdir /var/lib/greeter\nExecStart=/usr/bin/greet\n');
    await says(unit, ['sandbox/read-only-path'], /^sandbox\//);
    await fix(unit, 'Add StateDirectory=greeter');
    assert.match(document.getText(), /^StateDirectory=greeter\nExecStartPre=/m);
    await says(unit, [], /^sandbox\//);
  });

  it('and a profile, beside the one that it began as', async () => {
    const profile = inside('portable', 'profile', 'mine', 'service.conf');
    // of the systemd that judges: another one's differs
    const systemd = e2eInfo().host?.systemd ?? vscode.workspace.getConfiguration('portableServices').get('systemdVersion');
    const shipped = await vscode.workspace.openTextDocument(
      vscode.Uri.parse(`portable-profile:/portable/profile/default/service.conf?${systemd}`),
    );
    await vscode.workspace.fs.writeFile(profile, bytes(shipped.getText()));
    const text = `${shipped.getText().replace('ProtectHome=yes', 'ProtectHome=no')}Type=notify\n`;
    const document = await type(profile, text);
    await says(profile, ['advice/profile-setting'], /^advice\//);
    await eventually(async () => {
      const range = new vscode.Range(0, 0, document.lineCount, 0);
      const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>('vscode.executeInlayHintProvider', profile, range);
      const shown = hints.map(({ position, label }) => `${document.lineAt(position.line).text} ${String(label)}`);
      assert.deepEqual(shown, ['ProtectHome=no default: yes', 'Type=notify not in default']);
    });
  });
});
