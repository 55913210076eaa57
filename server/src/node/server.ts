/** The language server as a process: over standard input and output (`--stdio`), or the channel that an editor gives (`--node-ipc`). */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { pageOf, rules } from '../rules/rules.ts';
import { configurations } from './documents/configurations.ts';
import { placeInImage } from './documents/document-path.ts';
import { readUnitFile } from './documents/read-unit-file.ts';
import { treeAt, unitsAround } from './documents/units-around.ts';
import { createImagePool } from './images/image-pool.ts';
import { imageQuestions } from './images/image-questions.ts';
import { imageUnits } from './images/image-units.ts';
import { findImages } from './images/images.ts';
import { insideImages } from './images/inside-image.ts';
import { rawImagesBeside } from './images/raw-beside.ts';
import { treeReader } from './images/tree-facts.ts';
import { startLanguageServer } from './language-server.ts';
import { isReadOnly } from './lint/replace-file.ts';
import { answerPlan } from './plan-request.ts';
import { imageReports } from './report/facts.ts';

const channels = ['--stdio', '--node-ipc', '--socket', '--pipe'];
const [, script = '', ...args] = process.argv;

if (!args.some(a => channels.some(c => a === c || a.startsWith(`${c}=`)))) {
  console.error('usage: portable-services-language-server --stdio\nIt speaks the language server protocol and is started by an editor.');
  process.exit(2);
}

/** The rule pages lie beside the bundle's folder, where they were installed with it. */
const pages = join(dirname(realpathSync(script)), '..', 'docs', 'rules');
const addresses = new Map(rules.map(({ code }) => [code, join(pages, pageOf(code))] as const).filter(([, file]) => existsSync(file)));

const connection = createConnection(ProposedFeatures.all);
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, error =>
    connection.console.error(`${event}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
  );
}
/** Images that are looked into. */
const pool = createImagePool();
const inside = imageUnits(pool);

const raws = rawImagesBeside();
startLanguageServer(connection, {
  readFile: async path => {
    if (placeInImage(path)) return inside.bytesOf(path);
    const read = readUnitFile(path);
    return read.kind === 'bytes' ? read.bytes : undefined;
  },
  units: {
    unitsAround: path => (placeInImage(path) ? inside.unitsAround(path) : unitsAround(path)),
    treeAt: path => (placeInImage(path) ? inside.treeAt(path) : treeAt(path)),
    prepare: inside.prepare,
  },
  trees: open => treeReader(open, raws),
  raws,
  images: imageQuestions({ pool }),
  findImages: (folders, systemd, scope) => findImages(folders, { systemd, machine: pool.machine(), scope }),
  openFor: pool.openFor,
  plan: answerPlan,
  insideImages: insideImages(pool),
  imageReports: imageReports(pool),
  configurations,
  writable: path => !isReadOnly(path),
  page: code => {
    const file = addresses.get(code);
    return file && pathToFileURL(file).href;
  },
});
