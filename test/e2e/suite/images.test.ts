/** The inside of images, in a real VS Code: the read-only file system, language features on it, and images of 2 GiB. */
import * as assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { e2eInfo } from '../run-info.ts';
import { eventually } from './eventually.ts';

const { workspace } = e2eInfo();
const tree = join(workspace, 'inside');
const raw = join(workspace, 'inside_3.raw');
const large = join(workspace, 'large.raw');
const units = 'usr/lib/systemd/system';

const at = (image: string, path: string): vscode.Uri => vscode.Uri.from({ scheme: 'portable-image', path: `${image}!${path}` });
const text = async (uri: vscode.Uri): Promise<string> => Buffer.from(await vscode.workspace.fs.readFile(uri)).toString();
const run = (program: string, args: readonly string[]): void => void execFileSync(program, args, { stdio: 'ignore' });

describe('the inside of an image', () => {
  before(function () {
    process.env.PATH += ':/usr/sbin:/sbin'; // where Debian has mke2fs, and users do not look
    const missing = ['mksquashfs', 'mke2fs'].some(program => spawnSync(program).error);
    if (missing && process.env.CI !== 'true') return this.skip();
    mkdirSync(join(tree, units, 'inside.service.d'), { recursive: true });
    writeFileSync(join(tree, 'usr/lib/os-release'), 'ID=inside\n');
    writeFileSync(join(tree, units, 'inside.service'), '[Service]\nExecStart=/usr/bin/inside\nTpye=simple\n');
    writeFileSync(join(tree, units, 'inside.service.d/10.conf'), '[Service]\nExecStart=/usr/bin/again\n');
    run('ln', ['-s', '/usr/lib/os-release', join(tree, 'release')]);
    run('mksquashfs', [tree, raw, '-noappend', '-quiet', '-all-root']);
    writeFileSync(large, '');
    truncateSync(large, 2 ** 31);
    run('mke2fs', ['-q', '-t', 'ext4', '-d', tree, large]);
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const path of [tree, raw, large]) rmSync(path, { recursive: true, force: true });
  });

  for (const [what, image] of [
    ['squashfs', raw],
    ['ext4 of 2 GiB', large],
  ] as const) {
    it(`${what}: is listed and read, links stay inside`, async () => {
      const { File, Directory, SymbolicLink } = vscode.FileType;
      const entries = new Map(await vscode.workspace.fs.readDirectory(at(image, '/')));
      assert.equal(entries.get('usr'), Directory);
      assert.equal(entries.get('release'), SymbolicLink | File);
      assert.equal(await text(at(image, '/release')), 'ID=inside\n');
      const stat = await vscode.workspace.fs.stat(at(image, '/usr/lib/os-release'));
      assert.deepEqual([stat.type, stat.size, stat.permissions], [File, 10, vscode.FilePermission.Readonly]);
    });
  }

  it('is not written to, and what is not there is said to be so', async () => {
    const { fs } = vscode.workspace;
    const unit = at(raw, `/${units}/inside.service`);
    await assert.rejects(async () => fs.writeFile(unit, new Uint8Array()));
    await assert.rejects(async () => fs.delete(unit));
    await assert.rejects(async () => fs.stat(at(raw, '/no/such')), { code: 'FileNotFound' });
    await assert.rejects(async () => fs.stat(at(join(workspace, 'no.raw'), '/')), /no\.raw/);
    assert.equal(fs.isWritableFileSystem('portable-image'), false);
  });

  it('has its units judged with their neighbours, explained, and not fixed', async () => {
    const unit = await vscode.workspace.openTextDocument(at(raw, `/${units}/inside.service`));
    const dropIn = await vscode.workspace.openTextDocument(at(raw, `/${units}/inside.service.d/10.conf`));
    await vscode.window.showTextDocument(unit);
    const codes = ({ uri }: vscode.TextDocument) =>
      vscode.languages.getDiagnostics(uri).map(({ code }) => (typeof code === 'object' ? String(code.value) : String(code)));
    await eventually(() => assert.ok(codes(unit).includes('unit/unknown-directive'), codes(unit).join()));
    await eventually(() => assert.ok(codes(dropIn).includes('unit/several-commands'), codes(dropIn).join()));
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', unit.uri, new vscode.Position(1, 3));
    assert.ok(hovers.length > 0);
    const range = new vscode.Range(2, 0, 2, 4);
    const fixes = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', unit.uri, range);
    assert.deepEqual(
      fixes.filter(({ kind }) => kind?.contains(vscode.CodeActionKind.QuickFix)).filter(({ edit }) => edit),
      [],
    );
  });

  it('follows the image when it is built anew', async () => {
    const unit = at(raw, `/${units}/inside.service`);
    const document = await vscode.workspace.openTextDocument(unit);
    await vscode.window.showTextDocument(document);
    writeFileSync(join(tree, units, 'inside.service'), '[Service]\nExecStart=/usr/bin/inside\n# new\n');
    run('mksquashfs', [tree, raw, '-noappend', '-quiet', '-all-root']);
    await eventually(() => assert.match(document.getText(), /# new/));
    assert.match(await text(unit), /# new/);
  });
});
