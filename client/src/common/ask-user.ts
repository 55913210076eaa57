/** ssh's questions, as VS Code asks them. Nothing of an answer is kept or told to anybody else. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Ask, Question } from '../hosts/ssh/askpass.ts';
import { inTurn } from './coalesce.ts';
import { forNotification, forOutput, withoutIcons } from './sinks.ts';

/** Asks the user what ssh asks; the host that asks is named whatever the prompt says. */
export const askUser: Ask = async (question, signal) => {
  switch (question.kind) {
    case 'secret':
      return askSecret(question, signal);
    case 'host-key':
      return (await askHostKey(question, signal)) ? 'yes' : undefined;
    case 'confirm':
      return (await confirm(question)) ? '' : undefined;
    case 'notice':
      return notice(question, signal);
  }
};

const who = ({ host, destination }: Question): string => (host === destination ? host : l10n.t('{0} ({1})', host, destination));

/** A second input box would close the first, as if the user had declined. */
const askSecret = inTurn(async (question: Question, signal: AbortSignal): Promise<string | undefined> => {
  const stop = new vscode.CancellationTokenSource();
  const cancel = () => stop.cancel();
  signal.addEventListener('abort', cancel);
  if (signal.aborted) cancel();
  try {
    return await vscode.window.showInputBox(
      {
        title: withoutIcons(l10n.t('ssh to {0} asks', who(question))),
        prompt: forNotification(question.prompt.trim()),
        password: true,
        ignoreFocusOut: true,
      },
      stop.token,
    );
  } finally {
    signal.removeEventListener('abort', cancel);
    stop.dispose();
  }
});

/** Trusting a key takes a deliberate click in a dialog that shows it; closing the dialog does not. */
async function askHostKey(question: Question, signal: AbortSignal): Promise<boolean> {
  const trust = { title: l10n.t('Trust This Key') };
  const picked = await vscode.window.showWarningMessage(
    l10n.t('Trust the host key of {0}?', forNotification(who(question))),
    { modal: true, detail: forOutput(question.prompt.trim()) },
    trust,
  );
  return picked === trust && !signal.aborted;
}

async function confirm(question: Question): Promise<boolean> {
  const yes = { title: l10n.t('Allow') };
  const picked = await vscode.window.showWarningMessage(
    l10n.t('ssh to {0} asks', forNotification(who(question))),
    { modal: true, detail: forOutput(question.prompt.trim()) },
    yes,
  );
  return picked === yes;
}

/** Stands until ssh withdraws it, because the key was touched. */
async function notice(question: Question, signal: AbortSignal): Promise<string | undefined> {
  const title = forNotification(l10n.t('ssh to {0}: {1}', who(question), question.prompt.trim()));
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    (_progress, token) =>
      new Promise<string | undefined>(resolve => {
        const done = () => resolve(undefined);
        signal.addEventListener('abort', done);
        token.onCancellationRequested(done);
        if (signal.aborted) done();
      }),
  );
}
