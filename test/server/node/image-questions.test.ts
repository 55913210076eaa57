// Images on a real disk, asked by portable-lint and by the language server's documents.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import { openDirectory } from '../../../server/src/image/directory-tree.ts';
import { pathsInImage } from '../../../server/src/node/documents/document-path.ts';
import { judgedDocuments } from '../../../server/src/node/documents/judged-documents.ts';
import { treeAt, unitsAround } from '../../../server/src/node/documents/units-around.ts';
import { imageFiles } from '../../../server/src/node/images/image-files.ts';
import type { ImagePool } from '../../../server/src/node/images/image-pool.ts';
import { imageQuestions } from '../../../server/src/node/images/image-questions.ts';
import { lint } from '../../../server/src/node/lint/lint.ts';
import { noControl } from '../../../server/src/rules/control/regulate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'image-questions-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, text: string, mode = 0o644): string {
  const at = join(folder, path);
  mkdirSync(dirname(at), { recursive: true });
  writeFileSync(at, text);
  chmodSync(at, mode);
  return at;
}

const unitPath = 'hello/usr/lib/systemd/system/hello.service';
function makeImage(program = '/usr/bin/hello') {
  put('hello/usr/lib/os-release', 'ID=hello\n');
  put('hello/usr/bin/sh', '\x7fno ELF', 0o755);
  put('hello/usr/bin/hello', '#!/usr/bin/sh\n', 0o755);
  return put(unitPath, `[Service]\nExecStart=${program}\n`);
}

const codes = (findings: readonly { readonly code: string }[]) =>
  findings.map(({ code }) => code).filter(code => code.startsWith('image/'));

test('portable-lint looks into the tree around a unit', async () => {
  const unit = makeImage('/usr/bin/helo');
  expect(codes((await lint({ paths: [unit] })).findings)).toEqual(['image/missing-program']);
  expect(codes((await lint({ paths: [join(folder, 'hello')] })).findings)).toEqual(['image/missing-program']);
  expect(codes((await lint({ paths: ['/'], root: join(folder, 'hello') })).findings)).toEqual(['image/missing-program']);
  put('hello/usr/bin/helo', '#!/usr/bin/sh\n', 0o755);
  expect(codes((await lint({ paths: [unit] })).findings)).toEqual([]);
});

test('what an extension image brings is there', async () => {
  makeImage('/opt/more');
  const image = join(folder, 'hello');
  put('more/usr/lib/extension-release.d/extension-release.more', 'ID=hello\n');
  expect(codes((await lint({ paths: ['/'], root: image, extensions: [join(folder, 'more')] })).findings)).toEqual([
    'image/missing-program',
  ]);
  put('more/opt/more', '#!/usr/bin/sh\n', 0o755);
  expect(codes((await lint({ paths: ['/'], root: image, extensions: [join(folder, 'more')] })).findings)).toEqual([]);
});

test('nothing is said of layers of a build', async () => {
  put('mkosi.extra/usr/lib/os-release', 'ID=hello\n');
  put('mkosi.extra/usr/bin/sh', '', 0o755);
  const unit = put('mkosi.extra/usr/lib/systemd/system/hello.service', '[Service]\nExecStart=/usr/bin/helo\n');
  expect(codes((await lint({ paths: [unit] })).findings)).toEqual([]);
});

test('a document is judged again once the answers are there, and when they change', async () => {
  const path = makeImage('/usr/bin/helo');
  const uri = URI.file(path).toString();
  const document = TextDocument.create(uri, 'systemd', 1, '[Service]\nExecStart=/usr/bin/helo\n');
  const images = imageQuestions();
  const documents = judgedDocuments(
    () => document,
    async () => undefined,
    { unitsAround, treeAt },
    undefined,
    images,
  );
  const target = { systemd: 262 };
  const judge = () => codes(documents.judge(document, target, noControl)?.findings ?? []);
  await documents.look(document, false);
  documents.affected();
  expect(judge()).toEqual([]);
  expect(images.pending()).toBe(true);
  await images.find();
  expect([...documents.affected()]).toEqual([uri]);
  expect(judge()).toEqual(['image/missing-program']);
  expect(images.pending()).toBe(false);

  const program = put('hello/usr/bin/helo', '#!/usr/bin/sh\n', 0o755);
  documents.changedOnDisk([{ uri: URI.file(program).toString(), what: 'moved' }]);
  expect(images.pending()).toBe(true);
  await images.find();
  expect([...documents.affected()]).toEqual([uri]);
  expect(judge()).toEqual([]);
});

test('an image for several architectures is asked anew when the host is of another one', async () => {
  // each architecture's root, as the pool gives them by the machine that it was told
  const programs = { 'x86-64': 'usr/bin/one', arm64: 'usr/bin/other' };
  for (const [machine, program] of Object.entries(programs)) {
    put(`${machine}/usr/lib/os-release`, 'ID=hello\n');
    put(`${machine}/${program}`, '#!/usr/bin/sh\n', 0o755);
  }
  let machine = 'x86-64';
  const pool: ImagePool = {
    machine: () => machine,
    openFor: () => {},
    use: (_, look) => look({ tree: () => openDirectory(imageFiles, join(folder, machine)), state: '' }),
  };
  const images = imageQuestions({ pool });
  const unit = `${pathsInImage(join(folder, 'both.raw'))}/${unitPath}`;
  const outcome = () => images.of(unit)?.place('/usr/bin/other');
  outcome();
  await images.find();
  expect(outcome()).toBe('missing');
  expect(images.pending()).toBe(false);
  const before = images.revision(unit);
  machine = 'arm64';
  outcome();
  expect(images.pending()).toBe(true);
  await images.find();
  expect(outcome()).toBe('file');
  expect(images.revision(unit)).toBeGreaterThan(before);
});
