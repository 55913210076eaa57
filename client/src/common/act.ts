/** Carries out what a command does: progress, cancellation, and how a failure is told. Once, for all commands. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { HostFailure, Progress } from '../hosts/contract.ts';
import { asFailure, failureDetails, failureText, type Remedy, remedies, remedyLabel } from './failure.ts';
import { forNotification } from './sinks.ts';

/** An action, and what the user can do when it failed. */
export interface Action<T> {
  /** Names action, image and host: `Attaching hello to build-vm`. */
  readonly title: string;
  readonly run: (progress: Progress) => Promise<T>;
  readonly remedies?: Remedies;
}

/** What an action itself can do about a failure. */
type Remedies = Partial<Record<Exclude<Remedy, 'details' | 'copy-set-up'>, (failure: HostFailure) => unknown>>;

/** How it ended. A failure has been told to the user already. */
export type Ended<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: HostFailure };

/** Runs an action under a notification that can be cancelled. Never rejects. */
export async function act<T>(output: vscode.LogOutputChannel, action: Action<T>): Promise<Ended<T>> {
  const ended = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: forNotification(action.title), cancellable: true },
    async (progress, token): Promise<Ended<T>> => {
      const cancel = new AbortController();
      const listener = token.onCancellationRequested(() => {
        progress.report({ message: l10n.t('cancelling...') });
        cancel.abort();
      });
      const report = (message: string) => {
        output.info(`${action.title}: ${message}`);
        if (!cancel.signal.aborted) progress.report({ message: forNotification(message) });
      };
      try {
        output.info(action.title);
        return { ok: true, value: await action.run({ signal: cancel.signal, report }) };
      } catch (error) {
        return { ok: false, failure: asFailure(error, action.title) };
      } finally {
        listener.dispose();
      }
    },
  );
  if (!ended.ok) void tellFailure(output, ended.failure, action.remedies ?? {}); // the action is over; the notification stays
  return ended;
}

/** Tells a failure, with the buttons that help, and does what the user picks. Never rejects: where that fails, it is told, too. */
export async function tellFailure(output: vscode.LogOutputChannel, failure: HostFailure, actions: Remedies): Promise<void> {
  const text = forNotification(failureText(failure));
  if (failure.kind === 'cancelled') {
    output.info(failureDetails(failure));
    void vscode.window.showInformationMessage(text);
    return;
  }
  output.error(failureDetails(failure));
  const { setUp } = failure;
  const all: Partial<Record<Remedy, (failure: HostFailure) => unknown>> = {
    ...actions,
    details: () => output.show(true),
    ...(setUp !== undefined && { 'copy-set-up': () => vscode.env.clipboard.writeText(setUp) }),
  };
  const offered = remedies(failure, new Set(remediesOf(all)));
  const picked = await vscode.window.showErrorMessage(text, ...offered.map(remedy => ({ title: remedyLabel(remedy), remedy })));
  if (!picked) return;
  try {
    await all[picked.remedy]?.(failure);
  } catch (error) {
    void tellFailure(output, asFailure(error, remedyLabel(picked.remedy)), actions);
  }
}

function remediesOf(actions: Partial<Record<Remedy, unknown>>): Remedy[] {
  return (['retry', 'choose-host', 'line', 'inspect', 'go-on', 'logs', 'copy-set-up', 'details'] as const).filter(
    remedy => actions[remedy] !== undefined,
  );
}
