/** Follows journals into output channels: one channel for each host and image (or unit), filled while it can be seen. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { tellFailure } from '../common/act.ts';
import { asFailure, failureText } from '../common/failure.ts';
import { forNotification } from '../common/sinks.ts';
import type { Host } from '../hosts/contract.ts';
import { watchChannel } from './channel-visibility.ts';
import { channelName, logLine, noteLine, unitsToFollow } from './log-lines.ts';

/** How much of the past is shown at first. */
const lines = 200;

/** The journals that are followed. */
export interface LogFollower {
  /** Shows the log of an image, or of one unit of it, and follows it from now on. */
  follow(host: Host, image: ImageFacts, unit: string | undefined): Promise<void>;
  /** Stops following an image and its units, and says why. */
  stop(host: Host, image: ImageFacts, why: string): void;
  dispose(): void;
}

interface Followed {
  readonly host: Host;
  readonly image: ImageFacts;
  readonly unit: string | undefined;
  readonly channel: vscode.OutputChannel;
  readonly visibility: vscode.Disposable;
  units: readonly string[];
  /** Set while entries come: ends them. */
  abort: AbortController | undefined;
  /** Stopped because nobody looked: goes on when somebody does. */
  paused: boolean;
}

/** Creates the follower. */
export function createLogFollower(output: vscode.LogOutputChannel): LogFollower {
  const followed = new Map<string, Followed>();
  const title = (host: Host, image: ImageFacts) => l10n.t('Following the logs of {0} on {1}', image.name, host.name);

  function entryFor(host: Host, image: ImageFacts, unit: string | undefined): Followed {
    const key = `${host.id}\n${image.name}\n${unit ?? ''}`;
    const there = followed.get(key);
    if (there) return there;
    const name = channelName(host.name, image.name, unit);
    const entry: Followed = {
      host,
      image,
      unit,
      channel: vscode.window.createOutputChannel(name, 'log'),
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
      units: [],
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
    entry.channel.appendLine(noteLine(l10n.t('Following {0} on {1}', entry.units.join(', '), entry.host.name)));
    const abort = new AbortController();
    entry.abort = abort;
    // the program that sends the entries may outlive its host without a word
    const listener = entry.host.onDidChange(() => {
      if (entry.host.status.state === 'unreachable') end(entry, failureText(entry.host.status.error));
    });
    abort.signal.addEventListener('abort', () => listener.dispose());
    void pump(entry, abort.signal);
  }

  async function pump(entry: Followed, signal: AbortSignal): Promise<void> {
    const { host, image, channel } = entry;
    try {
      for await (const line of host.logs({ units: entry.units, lines }, signal)) {
        if (signal.aborted) return;
        channel.appendLine(logLine(line));
      }
      if (!signal.aborted) end(entry, l10n.t('{0} sends no more entries. Show Logs follows them again.', host.name));
    } catch (error) {
      if (signal.aborted) return;
      const failure = asFailure(error, title(host, image));
      end(entry, failureText(failure));
      void tellFailure(output, failure, { retry: () => follow(host, image, entry.unit) });
    }
  }

  async function follow(host: Host, image: ImageFacts, unit: string | undefined): Promise<void> {
    try {
      const units = unitsToFollow(image, await host.imageState(image), unit);
      if (units.length === 0) {
        const text = l10n.t('{0} has no unit on {1} whose logs could be shown.', unit ?? image.name, host.name);
        void vscode.window.showInformationMessage(forNotification(text));
        return;
      }
      const entry = entryFor(host, image, unit);
      const runs = entry.abort !== undefined && entry.units.join('\n') === units.join('\n');
      entry.units = units;
      if (!runs) start(entry);
      entry.channel.show(true);
    } catch (error) {
      void tellFailure(output, asFailure(error, title(host, image)), { retry: () => follow(host, image, unit) });
    }
  }

  return {
    follow,
    stop: (host, image, why) => {
      for (const entry of followed.values()) if (entry.host === host && entry.image.name === image.name) end(entry, why);
    },
    dispose: () => {
      for (const entry of followed.values()) {
        entry.abort?.abort();
        entry.visibility.dispose();
        entry.channel.dispose();
      }
      followed.clear();
    },
  };
}
