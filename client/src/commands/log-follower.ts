/** Follows journals into output channels: one channel for each host and image (or unit), filled while it can be seen. */
import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path/posix';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { tellFailure } from '../common/act.ts';
import { asFailure, failureText } from '../common/failure.ts';
import type { HostRegistry } from '../common/host-registry.ts';
import { createLineOutput } from '../common/output.ts';
import { forNotification } from '../common/sinks.ts';
import type { Host } from '../hosts/contract.ts';
import type { LogQuery } from '../hosts/units-contract.ts';
import { unitFile } from '../images/unit-file.ts';
import { isChannel, watchChannel } from './channel-visibility.ts';
import { channelName, logLine, noteLine } from './log-lines.ts';
import { linksIn } from './log-links.ts';
import { journalName, type LogOptions, type LogSubject } from './log-subject.ts';

/** How much of the past is shown at first. */
const lines = 500;

/** Since it was attached, everything: what is wanted most. */
const usual: LogOptions = { since: 'attach' };

/** The journals that are followed. */
export interface LogFollower {
  /** Shows the log of an image, or of one unit of it, and follows it from now on. With the options of the last time, if none are given. */
  follow(subject: LogSubject, options?: LogOptions): Promise<void>;
  /** Stops following an image, by its name, and its units, and says why. */
  stop(host: Host, image: string, why: string): void;
  dispose(): void;
}

interface Followed {
  readonly channelName: string;
  /** Its host is made anew where its settings changed. */
  subject: LogSubject;
  options: LogOptions;
  query: LogQuery;
  readonly channel: vscode.OutputChannel;
  readonly visibility: vscode.Disposable;
  /** Set while entries come: ends them. */
  abort: AbortController | undefined;
  /** Stopped because nobody looked: goes on when somebody does. */
  paused: boolean;
}

/** Creates the follower. */
export function createLogFollower(output: vscode.LogOutputChannel, registry: HostRegistry): LogFollower {
  const followed = new Map<string, Followed>();
  const title = ({ host, name, unit }: LogSubject) => l10n.t('Following the logs of {0} on {1}', unit ?? name, host.name);
  const links = vscode.languages.registerDocumentLinkProvider(
    { scheme: 'output' },
    {
      provideDocumentLinks: document => {
        const entry = [...followed.values()].find(({ channelName }) => isChannel(document, channelName));
        return entry && documentLinks(document, entry.subject.image);
      },
    },
  );

  // else its end would be told as a host that cannot be reached
  const hosts = registry.onDidChange(() => {
    for (const entry of followed.values()) {
      const { host } = entry.subject;
      if (!registry.hosts().includes(host)) end(entry, l10n.t('{0} was removed or changed. Show Logs follows it again.', host.name));
    }
  });

  function entryFor(subject: LogSubject): Followed {
    const { host, name: image, unit } = subject;
    const key = [host.id, host.name, image, unit ?? ''].join('\n');
    const there = followed.get(key);
    if (there) {
      if (there.subject.host !== host) {
        there.abort?.abort();
        there.abort = undefined;
      }
      there.subject = subject;
      return there;
    }
    const name = channelName(host.name, image, unit);
    const entry: Followed = {
      channelName: name,
      subject,
      options: usual,
      query: { units: [], lines },
      channel: createLineOutput(name),
      visibility: watchChannel(name, {
        shown: () => {
          if (entry.paused) start(entry);
        },
        hidden: () => {
          if (!entry.abort) return;
          end(entry, l10n.t('Stopped following while this was hidden.'));
          entry.paused = true;
        },
      }),
      abort: undefined,
      paused: false,
    };
    followed.set(key, entry);
    return entry;
  }

  function end(entry: Followed, why: string): void {
    if (!entry.abort) return;
    entry.abort.abort();
    entry.abort = undefined;
    entry.channel.appendLine(noteLine(why));
  }

  function start(entry: Followed): void {
    entry.abort?.abort();
    entry.paused = false;
    entry.channel.clear(); // the last lines are read anew
    entry.channel.appendLine(noteLine(whatWords(entry)));
    const abort = new AbortController();
    entry.abort = abort;
    // the program that sends the entries may outlive its host without a word
    const { host } = entry.subject;
    const listener = host.onDidChange(() => {
      if (host.status.state === 'unreachable') end(entry, failureText(host.status.error));
    });
    abort.signal.addEventListener('abort', () => listener.dispose());
    void pump(entry, abort.signal);
  }

  async function pump(entry: Followed, signal: AbortSignal): Promise<void> {
    const { channel, subject } = entry;
    const { host } = subject;
    try {
      for await (const line of host.logs(entry.query, signal)) {
        if (signal.aborted) return;
        channel.appendLine(logLine(line));
      }
      if (!signal.aborted) end(entry, l10n.t('{0} sends no more entries. Show Logs follows them again.', host.name));
    } catch (error) {
      if (signal.aborted) return;
      const failure = asFailure(error, title(subject));
      end(entry, failureText(failure));
      void tellFailure(output, failure, { retry: () => follow(subject) });
    }
  }

  async function follow(subject: LogSubject, options?: LogOptions): Promise<void> {
    const { host, name, unit } = subject;
    try {
      const { units, hostPath } = await subject.now();
      if (units.length === 0) {
        const text = l10n.t('{0} has no unit on {1} whose logs could be shown.', unit ?? name, host.name);
        void vscode.window.showInformationMessage(forNotification(text));
        return;
      }
      const entry = entryFor(subject);
      entry.options = options ?? entry.options;
      const { since, priority } = entry.options;
      const attached = since === 'attach' && hostPath !== undefined ? await host.units.attachedSince(hostPath) : undefined;
      const from = since === 'boot' ? since : attached;
      const query: LogQuery = {
        units,
        lines,
        ...(hostPath !== undefined && unit === undefined && { image: journalName(hostPath) }),
        ...(from !== undefined && { since: from }),
        ...(priority !== undefined && { priority }),
      };
      const runs = entry.abort !== undefined && JSON.stringify(entry.query) === JSON.stringify(query);
      entry.query = query;
      if (!runs) start(entry);
      entry.channel.show(true);
    } catch (error) {
      void tellFailure(output, asFailure(error, title(subject)), { retry: () => follow(subject, options) });
    }
  }

  return {
    follow,
    stop: (host, image, why) => {
      for (const entry of followed.values()) if (entry.subject.host === host && entry.subject.name === image) end(entry, why);
    },
    dispose: () => {
      links.dispose();
      hosts.dispose();
      for (const entry of followed.values()) {
        entry.abort?.abort();
        entry.visibility.dispose();
        entry.channel.dispose();
      }
      followed.clear();
    },
  };
}

/** What is followed, in a sentence: units, host, how urgent. */
function whatWords({ query, subject: { host } }: Followed): string {
  const units = query.units.join(', ');
  if (query.priority === undefined) return l10n.t('Following {0} on {1}', units, host.name);
  return l10n.t('Following {0} on {1}, only what is of priority {2} or more urgent', units, host.name, query.priority);
}

/** The links of a log to the files of an image of this machine. */
function documentLinks(document: vscode.TextDocument, image: ImageFacts | undefined): vscode.DocumentLink[] {
  if (!image) return [];
  const inImage = (path: string): string | undefined => {
    const file = join(image.path, normalize(path)); // what a service prints leads nowhere but into the image
    return image.kind === 'directory' && existsSync(file) ? vscode.Uri.file(file).toString() : undefined;
  };
  const found = linksIn(document.getText(), { unit: name => unitFile(image, name)?.toString(), inImage });
  return found.map(({ start, end, file, line }) => {
    const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
    return new vscode.DocumentLink(range, vscode.Uri.parse(file).with(line === undefined ? {} : { fragment: `L${line}` }));
  });
}
