// What an open document says when those around it change: in the editor, or on disk.
import { beforeEach, describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type JudgedDocuments, judgedDocuments } from '../../../server/src/node/documents/judged-documents.ts';
import { noControl } from '../../../server/src/rules/control/regulate.ts';
import { parseUnit } from '../../../server/src/unit/parse.ts';
import { managerDirectories } from '../../../server/src/unit/search-path.ts';
import { unitFileOf } from '../../../server/src/unit/unit-file.ts';

const folder = '/i/usr/lib/systemd/system';
const target = { systemd: 257 };
const uriOf = (name: string) => `file://${folder}/${name}`;

let disk: Map<string, string>;
let read: string[];
let documents: Map<string, TextDocument>;
let judged: JudgedDocuments;

beforeEach(() => {
  disk = new Map();
  read = [];
  documents = new Map();
  judged = judgedDocuments(
    uri => documents.get(uri),
    async path => (disk.has(path) ? new TextEncoder().encode(disk.get(path)) : undefined),
    {
      unitsAround(path) {
        const { directories } = managerDirectories(path);
        const inside = (file: string) => directories.some(d => file.startsWith(`${d}/`));
        return {
          files: [...disk.keys()].filter(inside).map(file => ({ path: file, unit: unitFileOf(file) ?? { role: 'unit' } })),
          links: [],
        };
      },
      treeAt(path) {
        read.push(path.slice(folder.length + 1));
        return parseUnit(disk.get(path) ?? '');
      },
    },
  );
});

const save = (name: string, text: string) => disk.set(`${folder}/${name}`, text);
async function open(name: string, text = disk.get(`${folder}/${name}`) ?? '') {
  const uri = uriOf(name);
  const document = TextDocument.create(uri, 'systemd-unit', 1, text);
  documents.set(uri, document);
  await judged.look(document, false);
}
function edit(name: string, text: string) {
  const document = documents.get(uriOf(name));
  if (!document) throw new Error(`${name} is not open`);
  TextDocument.update(document, [{ text }], document.version + 1);
  judged.edited(uriOf(name));
}
/** What is said of a document, as codes. */
function codes(name: string) {
  const document = documents.get(uriOf(name));
  return document ? judged.judge(document, target, noControl)?.findings.map(f => f.code.replace(/^.*\//, '')) : undefined;
}
/** The documents to be judged again. */
const affected = () => [...judged.affected()].map(uri => uri.slice(uriOf('').length)).sort();
function judgeAll() {
  affected();
  for (const uri of documents.keys()) codes(uri.slice(uriOf('').length));
}

const service = '[Service]\nExecStart=/bin/true\n';
const twice = '[Service]\nExecStart=/bin/false\n';

describe('a unit and its drop-in', () => {
  test('are judged by what is shown of both, before anything is saved', async () => {
    save('a.service', service);
    save('a.service.d/x.conf', '[Service]\n');
    await open('a.service');
    await open('a.service.d/x.conf');
    judgeAll();
    expect(codes('a.service')).toEqual([]);
    edit('a.service.d/x.conf', twice);
    expect(affected()).toEqual(['a.service']);
    expect(codes('a.service.d/x.conf')).toEqual(['several-commands']);
    edit('a.service', '[Service]\nType=oneshot\nExecStart=/bin/true\n');
    expect(affected()).toEqual(['a.service.d/x.conf']);
    expect(codes('a.service.d/x.conf')).toEqual([]);
  });

  test('are judged by what is on disk again when the other one is closed', async () => {
    save('a.service', '[Service]\n');
    save('a.service.d/x.conf', '[Service]\n');
    await open('a.service');
    await open('a.service.d/x.conf', service);
    judgeAll();
    expect(codes('a.service')).toEqual([]);
    documents.delete(uriOf('a.service.d/x.conf'));
    judged.forget(uriOf('a.service.d/x.conf'));
    expect(affected()).toEqual(['a.service']);
    expect(codes('a.service')).toEqual(['nothing-to-run']);
  });

  test('follow the disk where the other one is not open', async () => {
    save('a.service', '[Service]\n');
    save('a.service.d/x.conf', '[Service]\n');
    await open('a.service');
    judgeAll();
    expect(codes('a.service')).toEqual(['nothing-to-run']);
    save('a.service.d/x.conf', service);
    judged.changedOnDisk([{ uri: uriOf('a.service.d/x.conf'), what: 'written' }]);
    expect(affected()).toEqual(['a.service']);
    expect(codes('a.service')).toEqual([]);
    disk.delete(`${folder}/a.service.d/x.conf`);
    judged.changedOnDisk([{ uri: uriOf('a.service.d/x.conf'), what: 'moved' }]);
    expect(affected()).toEqual(['a.service']);
    expect(codes('a.service')).toEqual(['nothing-to-run']);
  });

  test('know each other before they are saved for the first time', async () => {
    await open('a.service', '[Service]\n');
    judgeAll();
    expect(codes('a.service')).toEqual(['nothing-to-run']);
    await open('a.service.d/x.conf', service);
    expect(codes('a.service.d/x.conf')).toEqual([]);
    expect(affected()).toContain('a.service');
    expect(codes('a.service')).toEqual([]);
    documents.delete(uriOf('a.service.d/x.conf'));
    judged.forget(uriOf('a.service.d/x.conf'));
    expect(affected()).toEqual(['a.service']);
    expect(codes('a.service')).toEqual(['nothing-to-run']);
  });
});

test('an edit concerns nobody else', async () => {
  for (const name of ['a.service', 'b.service']) save(name, `[Unit]\nAfter=c.service\n${service}`);
  save('c.service', service);
  for (const name of ['a.service', 'b.service', 'c.service']) await open(name);
  judgeAll();
  edit('a.service', `[Unit]\nAfter=c.service\n${service}Nice=3\n`);
  expect(affected()).toEqual([]);
  edit('a.service', `[Unit]\nAfter=b.service\n${service}`);
  expect(affected()).toEqual([]);
});

test('a unit that comes is known to all around it', async () => {
  save('a.service', `[Unit]\nRequires=b.service\n${service}`);
  save('c.service', service);
  await open('a.service');
  judgeAll();
  expect(codes('a.service')).toEqual(['missing-unit']);
  save('b.service', service);
  judged.changedOnDisk([{ uri: uriOf('b.service'), what: 'moved' }]);
  expect(affected()).toEqual(['a.service']);
  expect(codes('a.service')).toEqual([]);
});

test('a circle is told in all its units as soon as it closes, and no longer than it is closed', async () => {
  save('a.service', `[Unit]\nWants=b.service\nAfter=b.service\n${service}`);
  save('b.service', `[Unit]\n${service}`);
  save('d.service', `[Unit]\nAfter=a.service\n${service}`);
  for (const name of ['a.service', 'b.service', 'd.service']) await open(name);
  judgeAll();
  expect(codes('a.service')).toEqual([]);
  edit('b.service', `[Unit]\nAfter=a.service\n${service}`);
  expect(affected()).toContain('a.service');
  expect([codes('a.service'), codes('b.service'), codes('d.service')]).toEqual([['ordering-cycle'], ['ordering-cycle'], []]);
  edit('b.service', `[Unit]\nAfter=e.service\n${service}`);
  expect(affected()).toContain('a.service');
  expect(codes('a.service')).toEqual([]);
});

test('a file around is read once, and when it was written', async () => {
  save('a.service', `[Unit]\nAfter=b.service\n${service}`);
  save('b.service', service);
  await open('a.service');
  judgeAll();
  for (let n = 0; n < 3; n++) {
    edit('a.service', `[Unit]\nAfter=b.service\n${service}Nice=${n}\n`);
    judgeAll();
  }
  expect(read).toEqual(['b.service']);
  judged.changedOnDisk([{ uri: uriOf('b.service'), what: 'written' }]);
  judgeAll();
  edit('a.service', `[Unit]\nAfter=b.service c.service\n${service}`);
  judgeAll();
  expect(read).toEqual(['b.service', 'b.service']);
});
