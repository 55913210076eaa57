/** What an author sees while editing units, in a real VS Code: findings on the right words, gone when fixed, and their quick fixes. */
import * as assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { e2eInfo } from '../run-info.ts';
import { eventually } from './eventually.ts';

const info = e2eInfo();
const mistakes = join('mistakes', 'usr', 'lib', 'systemd', 'system');

const open = async (path: string): Promise<vscode.TextEditor> =>
  vscode.window.showTextDocument(await vscode.workspace.openTextDocument(join(info.workspace, path)));

const codeOf = ({ code }: vscode.Diagnostic): string => String(typeof code === 'object' ? code.value : code);

/** The findings of a document: code and underlined text, in order. */
const findings = (document: vscode.TextDocument): string[] =>
  vscode.languages
    .getDiagnostics(document.uri)
    .toSorted((a, b) => a.range.start.compareTo(b.range.start))
    .map(d => `${codeOf(d)} ${document.getText(d.range)}`);

const expectFindings = (document: vscode.TextDocument, expected: readonly string[]): Promise<void> =>
  eventually(() => assert.deepEqual(findings(document), expected));

/** Applies the quick fix of that title on the first finding of that code. */
async function fix(editor: vscode.TextEditor, code: string, title: RegExp): Promise<void> {
  const diagnostic = vscode.languages.getDiagnostics(editor.document.uri).find(d => codeOf(d) === code);
  assert.ok(diagnostic, `no finding ${code}`);
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    editor.document.uri,
    diagnostic.range,
    vscode.CodeActionKind.QuickFix.value,
  );
  const action = actions.find(a => title.test(a.title));
  assert.ok(action?.edit, `${title} is not among ${actions.map(a => a.title).join(', ') || 'no fixes'}`);
  assert.equal(await vscode.workspace.applyEdit(action.edit), true);
}

describe('units in the editor', () => {
  afterEach(() => vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor'));
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('are known as such by name and by place', async () => {
    const languages = new Map([
      [join('hello', 'usr', 'lib', 'systemd', 'system', 'hello-echo@.service'), 'systemd-unit'],
      [join('loose', 'backup.timer'), 'systemd-unit'],
      [join('hello', 'usr', 'lib', 'os-release'), 'os-release'],
    ]);
    for (const [path, language] of languages) assert.equal((await open(path)).document.languageId, language, path);
  });

  it('are underlined where systemd objects', async () => {
    const { document } = await open(join(mistakes, 'mistakes.service'));
    const tooNew = info.host && info.host.systemd < 262 ? ['unit/too-new RestartRandomizedDelaySec'] : [];
    await expectFindings(document, [
      'unit/outside-section Documentation',
      'unit/wrong-section WantedBy',
      'unit/unknown-directive ExecStrat',
      'unit/no-equals Restart on-failure',
      ...tooNew,
      'unit/unknown-section Instal',
    ]);
  });

  it('are underlined outside any image, too', async () => {
    const { document } = await open(join('loose', 'backup.timer'));
    await expectFindings(document, ['unit/unknown-directive OnCalender', 'unit/wrong-section Requires']);
  });

  it('are not underlined where systemd has nothing to say', async () => {
    const clean = await open(join('hello', 'usr', 'lib', 'systemd', 'system', 'hello.service'));
    const wrong = await open(join('loose', 'backup.timer')); // opened later, so once it is judged the first one is, too
    await eventually(() => assert.notDeepEqual(findings(wrong.document), []));
    assert.deepEqual(findings(clean.document), []);
  });

  it('show that a file is not UTF-8, although the editor shows it decoded', async () => {
    const { document } = await open(join(mistakes, 'mistakes-encoding.service'));
    await eventually(() => {
      const [diagnostic, ...more] = vscode.languages.getDiagnostics(document.uri);
      assert.ok(diagnostic && more.length === 0);
      assert.equal(codeOf(diagnostic), 'unit/not-utf8');
      assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Error);
      assert.equal(document.lineAt(diagnostic.range.start).text.startsWith('Description='), true);
    });
  });

  it('are judged while typing', async () => {
    const editor = await open(join('hello', 'usr', 'lib', 'systemd', 'system', 'hello.service'));
    const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
    await editor.edit(edit => edit.insert(end, '\n[Service]\nEnviroment=A=1\n'));
    await expectFindings(editor.document, ['unit/unknown-directive Enviroment']);
    await fix(editor, 'unit/unknown-directive', /Environment=/);
    await expectFindings(editor.document, []);
    assert.match(editor.document.getText(), /^Environment=A=1$/m);
  });

  it('are judged by the host that is active, and by the setting where none is', async function () {
    if (!info.host || info.host.systemd >= 262) return this.skip(); // one systemd is not enough
    const settings = vscode.workspace.getConfiguration('portableServices');
    const tooNew = () => findings(document).filter(finding => finding.startsWith('unit/too-new'));
    const { document } = await open(join(mistakes, 'mistakes.service'));
    const known = settings.get('hosts');
    try {
      await eventually(() => assert.deepEqual(tooNew(), ['unit/too-new RestartRandomizedDelaySec']));
      await settings.update('hosts', [], vscode.ConfigurationTarget.Global);
      await settings.update('defaultHost', '', vscode.ConfigurationTarget.Global);
      await settings.update('systemdVersion', 262, vscode.ConfigurationTarget.Global);
      await eventually(() => assert.deepEqual(tooNew(), []));
      await settings.update('systemdVersion', 252, vscode.ConfigurationTarget.Global);
      await eventually(() => assert.deepEqual(tooNew(), ['unit/too-new RestartRandomizedDelaySec']));
      await settings.update('systemdVersion', 262, vscode.ConfigurationTarget.Global);
    } finally {
      await settings.update('hosts', known, vscode.ConfigurationTarget.Global);
      await settings.update('defaultHost', info.host.name, vscode.ConfigurationTarget.Global);
    }
    await eventually(() => assert.deepEqual(tooNew(), ['unit/too-new RestartRandomizedDelaySec']));
    await settings.update('systemdVersion', undefined, vscode.ConfigurationTarget.Global);
  });

  it('offer the nearest name as a quick fix', async () => {
    const editor = await open(join(mistakes, 'mistakes.service'));
    await eventually(() => assert.ok(findings(editor.document).length > 0));
    await fix(editor, 'unit/unknown-directive', /ExecStart=/);
    await fix(editor, 'unit/unknown-section', /\[Install\]/);
    await eventually(() => {
      const left = findings(editor.document);
      assert.equal(left.includes('unit/unknown-directive ExecStrat'), false);
      assert.equal(left.includes('unit/unknown-section Instal'), false);
    });
  });

  it('link each finding to the page that explains it', async () => {
    const { document } = await open(join('loose', 'backup.timer'));
    await eventually(() => {
      for (const { code } of vscode.languages.getDiagnostics(document.uri)) {
        assert.ok(typeof code === 'object' && /docs\/rules\//.test(code.target.path));
      }
    });
  });
});
