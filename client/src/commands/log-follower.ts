/** Follows journals into output channels: one channel for each host and image (or unit), filled while it is followed. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { tellFailure } from '../common/act.ts';
import { asFailure, failureText } from '../common/failure.ts';
import { forNotification } from '../common/sinks.ts';
import type { Host } from '../hosts/contract.ts';
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
  readonly channel: vscode.OutputChannel;
  units: readonly string[];
  /** Set while entries come. */
  abort: AbortController | undefined;
}

/** Creates the follower. */
export function createLogFollower(output: vscode.LogOutputChannel): LogFollower {
  const followed = new Map<string, Followed>();

  function entryFor(host: Host, image: ImageFacts, unit: string | undefined): Followed {
    const key = `${host.id}\n${image.path}\n${unit ?? ''}`;
    const there = followed.get(key);
    if (there) return there;
    const channel = vscode.window.createOutputChannel(channelName(host.name, image.name, unit), 'log');
    const entry: Followed = { host, image, channel, units: [], abort: undefined };
    followed.set(key, entry);
    return entry;
  }

  function end(entry: Followed, why: string): void {
    if (!entry.abort) return;
    entry.abort.abort();
    entry.abort = undefined;
    entry.channel.appendLine(noteLine(why));
  }

  async function pump(entry: Followed): Promise<void> {
    const { host, channel, units } = entry;
    const abort = new AbortController();
    entry.abort = abort;
    try {
      for await (const line of host.logs(units, { lines }, abort.signal)) channel.appendLine(logLine(line));
      if (!abort.signal.aborted) end(entry, l10n.t('{0} sends no more entries. Show Logs follows them again.', host.name));
    } catch (error) {
      if (abort.signal.aborted) return;
      const failure = asFailure(error, l10n.t('Following the logs of {0} on {1}', entry.image.name, host.name));
      end(entry, failureText(failure));
      void tellFailure(output, failure, { retry: () => follow(host, entry.image, undefined) });
    }
  }

  async function follow(host: Host, image: ImageFacts, unit: string | undefined): Promise<void> {
    let state: Awaited<ReturnType<Host['imageState']>> | undefined;
    try {
      state = await host.imageState(image);
    } catch (error) {
      const title = l10n.t('Following the logs of {0} on {1}', image.name, host.name);
      void tellFailure(output, asFailure(error, title), { retry: () => follow(host, image, unit) });
      return;
    }
    const units = unitsToFollow(image, state, unit);
    if (units.length === 0) {
      const text = l10n.t('{0} has no unit on {1} whose logs could be shown.', unit ?? image.name, host.name);
      void vscode.window.showInformationMessage(forNotification(text));
      return;
    }
    const entry = entryFor(host, image, unit);
    entry.channel.show(true);
    if (entry.abort && entry.units.join('\n') === units.join('\n')) return; // it runs already
    entry.abort?.abort();
    entry.units = units;
    entry.channel.clear();
    entry.channel.appendLine(noteLine(l10n.t('Following {0} on {1}', units.join(', '), host.name)));
    void pump(entry);
  }

  return {
    follow,
    stop: (host, image, why) => {
      for (const entry of followed.values()) if (entry.host === host && entry.image.path === image.path) end(entry, why);
    },
    dispose: () => {
      for (const entry of followed.values()) {
        entry.abort?.abort();
        entry.channel.dispose();
      }
      followed.clear();
    },
  };
}
