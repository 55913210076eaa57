/** The steps in which a user chooses how an image is attached. */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { withoutIcons } from '../common/sinks.ts';
import type { AttachOptions, CopyMode } from '../hosts/attach/attach-options.ts';
import type { Host } from '../hosts/contract.ts';

const copyModeWords: Readonly<Record<CopyMode, () => string>> = {
  '': () => l10n.t('Link the profile, copy the units: as portabled likes'),
  copy: () => l10n.t('Copy profile and units'),
  symlink: () => l10n.t('Link profile and units'),
  mixed: () => l10n.t('Link the profile, copy image and units (systemd 256)'),
};

type Switch = 'runtime' | 'enable' | 'start' | 'reload' | 'force';

const switches: readonly { readonly name: Switch; readonly label: () => string; readonly detail: () => string }[] = [
  { name: 'runtime', label: () => l10n.t('Until the next reboot'), detail: () => l10n.t('Else it stays attached for good.') },
  { name: 'start', label: () => l10n.t('Start'), detail: () => l10n.t('Its services, sockets, timers and paths.') },
  { name: 'enable', label: () => l10n.t('Enable'), detail: () => l10n.t('What has an [Install] section starts as that says, at boot.') },
  { name: 'reload', label: () => l10n.t('Reload systemd'), detail: () => l10n.t('Else units that it knows stay as they were.') },
  {
    name: 'force',
    label: () => l10n.t('Force'),
    detail: () => l10n.t('Write over units that are there, and take extensions that do not fit. You are asked first.'),
  },
];

/** What the user chose, beginning with `before`; undefined where they gave up. Extension images of this machine go along with an image `ofWorkspace`. */
export async function chooseAttachOptions(
  host: Host,
  name: string,
  prefix: string,
  before: AttachOptions,
  ofWorkspace: boolean,
): Promise<AttachOptions | undefined> {
  const step = (n: number, what: string): string => l10n.t('Attach {0} to {1} ({2} of 5): {3}', name, host.name, n, what);
  const profiles = await host.onHost.profiles();
  const profile = await vscode.window.showQuickPick(
    first(
      profiles.map(label => ({ label: withoutIcons(label), value: label })),
      before.profile,
    ),
    { title: step(1, l10n.t('profile')) },
  );
  if (!profile) return undefined;
  const picked = await vscode.window.showQuickPick(
    switches.map(({ name, label, detail }) => ({ label: label(), detail: detail(), name, picked: before[name] })),
    { title: step(2, l10n.t('how')), canPickMany: true },
  );
  if (!picked) return undefined;
  const prefixes = await askList(
    step(3, l10n.t('prefixes of its units')),
    l10n.t('Separated by blanks; empty: {0}', prefix),
    before.prefixes,
  );
  if (!prefixes) return undefined;
  const named = await askExtensions(step(4, l10n.t('extension images')), before, ofWorkspace);
  if (!named) return undefined;
  const modes = Object.entries(copyModeWords).map(([value, words]) => ({ label: words(), value }));
  const mode = await vscode.window.showQuickPick(first(modes, before.copyMode), { title: step(5, l10n.t('copies or links')) });
  if (!mode) return undefined;
  const on = (name: Switch): boolean => picked.some(item => item.name === name);
  return {
    profile: profile.value,
    prefixes,
    ...named,
    copyMode: asCopyMode(mode.value),
    runtime: on('runtime'),
    start: on('start'),
    enable: on('enable'),
    reload: on('reload'),
    force: on('force'),
  };
}

/** The item that was chosen before comes first, so that Enter keeps it. */
function first<T extends { readonly value: string }>(items: readonly T[], chosen: string): T[] {
  return [...items.filter(({ value }) => value === chosen), ...items.filter(({ value }) => value !== chosen)];
}

function asCopyMode(value: string): CopyMode {
  return value === 'copy' || value === 'symlink' || value === 'mixed' ? value : '';
}

/** How an extension image of this machine is told from one of the host. */
const here = 'here:';

async function askExtensions(
  title: string,
  before: AttachOptions,
  ofWorkspace: boolean,
): Promise<Pick<AttachOptions, 'extensions' | 'brings'> | undefined> {
  const paths = l10n.t('Paths on the host, separated by blanks, in the order in which they are laid over the image; empty: none');
  const hint = ofWorkspace ? l10n.t('{0}. After "{1}": of this machine, to be brought along.', paths, here) : paths;
  const words = await askList(title, hint, [...before.extensions, ...(ofWorkspace ? before.brings.map(path => `${here}${path}`) : [])]);
  return (
    words && {
      extensions: words.filter(word => !word.startsWith(here)),
      brings: words.filter(word => word.startsWith(here)).map(word => word.slice(here.length)),
    }
  );
}

async function askList(title: string, prompt: string, before: readonly string[]): Promise<readonly string[] | undefined> {
  const text = await vscode.window.showInputBox({ title, prompt, value: before.join(' ') });
  return text?.split(/\s+/).filter(word => word !== '');
}
