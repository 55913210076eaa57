/** The language server as a process of its own, started as the client starts it, for what a user waits for who has only just opened the editor. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createProtocolConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-languageserver/node';
import { must } from '../../lab/processes.ts';
import { methods, type ReportParams, type ReportResult } from '../../server/src/protocol.ts';

const root = join(import.meta.dirname, '..', '..');

/** Bundles what `firstReport` starts. */
export const buildServer = (): Promise<unknown> => must(process.execPath, [join(root, 'esbuild.mjs')], { cwd: root });

/**
 * Milliseconds to the answer of the first report that a server is asked for, and what it answers. The images of the folder were listed before, as in
 * the view in which the report is chosen.
 */
export async function firstReport(folder: string, params: ReportParams): Promise<{ readonly wall: number; readonly facts: ReportResult }> {
  const child = fork(join(root, 'dist', 'server.js'), ['--node-ipc'], { silent: true });
  const connection = createProtocolConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  connection.listen();
  try {
    await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
    await connection.sendNotification('initialized', {});
    await connection.sendRequest(methods.images, { folders: [folder] });
    const begun = performance.now();
    const facts = await connection.sendRequest<ReportResult>(methods.report, params);
    return { wall: performance.now() - begun, facts };
  } finally {
    const ended = once(child, 'exit');
    connection.dispose();
    child.kill();
    await ended;
  }
}
