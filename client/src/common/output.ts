/** Output channels: what is written to them goes through the sink for output, whoever writes it. The only place where they are made. */
import * as vscode from 'vscode';
import { forOutput } from './sinks.ts';

/** The log of the extension. */
export function createLogOutput(name: string): vscode.LogOutputChannel {
  const channel = vscode.window.createOutputChannel(name, { log: true });
  type Level = 'trace' | 'debug' | 'info' | 'warn';
  const at =
    (level: Level): vscode.LogOutputChannel[Level] =>
    (message, ...others) =>
      channel[level](forOutput(message), ...others);
  return {
    ...writers(channel),
    get logLevel() {
      return channel.logLevel;
    },
    onDidChangeLogLevel: channel.onDidChangeLogLevel,
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: (error, ...others) => channel.error(forOutput(error instanceof Error ? (error.stack ?? error.message) : error), ...others),
  };
}

/** A channel for lines of a journal, which VS Code colours as a log. */
export const createLineOutput = (name: string): vscode.OutputChannel => writers(vscode.window.createOutputChannel(name, 'log'));

function writers(channel: vscode.OutputChannel): vscode.OutputChannel {
  return {
    name: channel.name,
    append: text => channel.append(forOutput(text)),
    appendLine: text => channel.appendLine(forOutput(text)),
    replace: text => channel.replace(forOutput(text)),
    clear: () => channel.clear(),
    show: channel.show.bind(channel),
    hide: () => channel.hide(),
    dispose: () => channel.dispose(),
  };
}
