/** What attaching and deploying have in common: the host, the operation that is under way, the options, and how it ends. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { act, tellFailure } from '../common/act.ts';
import { asFailure } from '../common/failure.ts';
import type { Doing } from '../common/operations.ts';
import { profileFor } from '../common/settings.ts';
import { forNotification } from '../common/sinks.ts';
import { type AttachOptions, forTesting } from '../hosts/attach/attach-options.ts';
import type { DeployOutcome, Host, Progress } from '../hosts/contract.ts';
import { askForced, mayChange } from './ask-before.ts';
import { chooseHost } from './choose-host.ts';
import { type CommandContext, readAnew } from './context.ts';
import { subjectOf } from './log-subject.ts';
import { showLine } from './show-line.ts';

/** Something that brings an image to a host, in words and deed. */
export interface Errand {
  readonly doing: Doing;
  /** Where to; else to the active host. */
  readonly host?: Host;
  /** `Deploy hello to which host?` */
  readonly question: string;
  readonly title: (host: Host) => string;
  /** As chosen for this errand; else as remembered for the image. */
  readonly options?: AttachOptions;
  readonly run: Run;
  /** The same in spite of the errors that `run` finds in the image. */
  readonly anyway?: Run;
  /** What it did, in a sentence. */
  readonly done: (host: Host, outcome: DeployOutcome) => string;
}

/** What an errand does on a host. */
export type Run = (host: Host, options: AttachOptions, progress: Progress) => Promise<DeployOutcome>;

/** Runs it on the active host, or one that the user chooses, and tells how it ended. */
export async function carryOut(context: CommandContext, image: ImageFacts, errand: Errand): Promise<void> {
  const { output, registry, operations, logs, reports } = context;
  const host = errand.host ?? registry.active() ?? (await chooseHost(context, errand.question));
  if (!host) return;
  const refusal = operations.refusal(host, image);
  if (refusal) {
    void vscode.window.showWarningMessage(forNotification(refusal));
    return;
  }
  const options = errand.options ?? optionsFor(context, host, image);
  if (!(await mayChange(host, errand.title(host)))) return;
  if (options.force && !(await askForced(host, image))) return;
  const again = () => carryOut(context, image, errand);
  const { anyway } = errand;
  const ended = await operations.run(host, image, errand.doing, async () => {
    const ended = await act(output, {
      title: errand.title(host),
      run: progress => errand.run(host, options, progress),
      remedies: {
        retry: again,
        'choose-host': async () => {
          const other = await chooseHost(context, errand.question);
          if (other) await carryOut(context, image, { ...errand, host: other });
        },
        logs: () => logs.follow(subjectOf(host, image, undefined)),
        line: failure => showLine(context, image, failure),
        inspect: () => reports.show(image),
        ...(anyway && { 'go-on': () => carryOut(context, image, { ...errand, host, run: anyway }) }),
      },
    });
    await readAnew(context, host);
    return ended;
  });
  if (!ended.ok) return;
  tellChanges(context, ended.value);
  void tellLater(context, host, image, ended.value);
  // where several images are deployed, the next one does not wait for an answer
  const offered = offerWaysOn(context, host, image, errand.done(host, ended.value));
  void offered.catch((error: unknown) => tellFailure(output, asFailure(error, errand.title(host)), {}));
}

/** What was chosen for the image there, else what fits testing, with the profile of the settings; what is attached for good stays so. */
export function optionsFor({ states, choices }: CommandContext, host: Host, image: ImageFacts): AttachOptions {
  const known = states.of(image);
  const chosen = choices.of(host.id, image.path) ?? { ...forTesting, profile: profileFor(image.path) };
  const attached = known.kind === 'known' && known.host === host && known.state.attached;
  return attached ? { ...chosen, runtime: known.state.runtime } : chosen;
}

/** Tells when what was restarted did not last, as soon as that is known. Never rejects. */
export async function tellLater(context: CommandContext, host: Host, image: ImageFacts, { later }: DeployOutcome): Promise<void> {
  const failure = await later;
  if (!failure) return;
  void tellFailure(context.output, failure, {
    logs: () => context.logs.follow(subjectOf(host, image, undefined)),
    line: told => showLine(context, image, told),
  });
  await readAnew(context, host);
}

/** Writes what was done to the output. */
export function tellChanges({ output }: CommandContext, { changes, restarted }: DeployOutcome): void {
  for (const change of changes) output.info(`${change.type} ${change.path}${change.source ? ` (${change.source})` : ''}`);
  for (const unit of restarted) output.info(`restarted ${unit}`);
}

/** Says in a notification how it ended, with the ways on. */
async function offerWaysOn({ logs, reports }: CommandContext, host: Host, image: ImageFacts, text: string): Promise<void> {
  const show = { title: l10n.t('Show Logs') };
  const inspect = { title: l10n.t('Inspect') };
  const picked = await vscode.window.showInformationMessage(forNotification(text), show, inspect);
  if (picked === show) await logs.follow(subjectOf(host, image, undefined));
  if (picked === inspect) reports.show(image);
}
