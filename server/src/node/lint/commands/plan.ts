/** `portable-lint plan`: why portabled would refuse an image, or every file that attaching it writes. */
import { basename, resolve } from 'node:path';
import { ImageError, problemText } from '../../../image/image-error.ts';
import { defaultPrefix, imageName, isRawName } from '../../../image/names.ts';
import type { AttachPlan } from '../../../portable/plan/attach-plan.ts';
import { refusalWords } from '../../../portable/plan/refusal-words.ts';
import type { Manager } from '../../../unit/search-path.ts';
import { whyOf } from '../../documents/read-unit-file.ts';
import { planImages } from '../../images/plan-image.ts';
import { UsageError } from '../arguments.ts';
import { type Paint, painter, wantsColours } from '../formats/text.ts';
import { attachedVersions } from '../taken-versions.ts';
import { terminalText } from '../terminal-text.ts';
import { commandOf, complain, jsonText, ownPlaces, readFormat, readProfile } from './common.ts';

const usage = `usage: portable-lint plan [OPTION]... IMAGE [PREFIX]...

Says what attaching an image does: why portabled would refuse it, or which files it writes. An IMAGE is a directory or a raw image, or a directory
of versions (NAME.raw.v), of which the one that systemd takes counts. Without a PREFIX, that of its name is asked for, as portablectl does. Nothing
is attached, and no host is asked: what depends on it is said to be unknown.

  --systemd N          the systemd of the host
  --extension IMAGE    an extension image to lay over it; may be given again
  --profile PROFILE    default (which it is by itself), nonetwork, strict, trusted, or the path of one
  --copy MODE          copy, symlink or mixed
  --runtime            attach until the next reboot
  --force              skip portabled's checks
  --user               by this user's own portabled
  --host-path PATH     where the image lies on the host; default: where it lies here
  --format FORMAT      text (default) or json
  -h, --help           this text

Exit status: 0 it would be attached, 1 it would be refused, 2 it could not be told.
`;

const names = {
  texts: ['systemd', 'extension', 'profile', 'copy', 'host-path', 'format'],
  flags: ['runtime', 'force', 'user', 'help'],
  letters: { h: 'help' },
} as const;

export const plan = commandOf(usage, names, async ({ positionals, texts, flags }, { systemd, manager }, world) => {
  const format = readFormat(texts('format'));
  const [image, ...prefixes] = positionals;
  if (image === undefined) throw new UsageError('plan needs an image');
  const profile = readProfile(texts('profile').at(-1) ?? 'default');
  const placed = texts('host-path').at(-1);
  if (placed !== undefined && !placed.startsWith('/')) throw new UsageError(`--host-path ${placed}: expected an absolute path`);
  const extensions = texts('extension');
  const taken = await attachedVersions([image, ...extensions], systemd);
  for (const { path, why } of taken.failures) complain(world, `${path}: ${why}`);
  if (taken.failures.length > 0) return 2;
  const [path = '', ...laid] = taken.paths.map(each => resolve(each));
  // the directory of versions lies there, too
  const hostPath = placed !== undefined && path !== resolve(image) ? `${placed.replace(/\/+$/, '')}/${basename(path)}` : placed;
  const images = {
    image: path,
    extensions: laid,
    ...(hostPath !== undefined && { hostPath }),
  };
  const name = imageName(hostPath ?? path, isRawName(path) ? 'raw' : 'directory');
  const options = {
    prefixes: prefixes.length > 0 ? prefixes : [defaultPrefix(name)],
    profile: profile.name,
    copyMode: texts('copy').at(-1) ?? '',
    runtime: flags.has('runtime'),
    force: flags.has('force'),
  };
  try {
    const planned = await planImages(images, options, {
      systemd,
      ...(manager === 'user' && { user: ownPlaces(world, options.runtime) }),
      profile: (_, suffix) => profile.file(suffix, systemd, manager),
    });
    const shown = { image, profile: profile.name, systemd, scope: manager };
    const { env, terminals } = world;
    world.out(format === 'json' ? jsonText(jsonPlan(planned, shown)) : textPlan(planned, shown, painter(wantsColours(env, terminals.out))));
    return planned.outcome === 'refused' ? 1 : 0;
  } catch (error) {
    complain(world, `${image}: ${error instanceof ImageError ? problemText(error) : whyOf(error)}`);
    return 2;
  }
});

interface Shown {
  readonly image: string;
  readonly profile: string;
  readonly systemd: number;
  readonly scope: Manager;
}

function jsonPlan(planned: AttachPlan, shown: Shown) {
  if (planned.outcome === 'refused') {
    const { what, theirs, advice, where } = refusalWords(planned.refusal, shown.systemd);
    return {
      ...shown,
      outcome: planned.outcome,
      reason: planned.refusal.reason,
      message: what,
      portabled: theirs,
      advice,
      where: where ?? null,
    };
  }
  const { outcome, units, files, failing, unknown } = planned;
  return { ...shown, outcome, units: units.map(({ name }) => name), files, failing, unknown };
}

function textPlan(planned: AttachPlan, { image, profile, systemd, scope }: Shown, paint: Paint): string {
  const title = `${paint('bold', terminalText(image))}, as ${scope === 'user' ? "a user's portabled" : 'portabled'} of systemd ${systemd}`;
  if (planned.outcome === 'refused') {
    const { what, theirs, advice } = refusalWords(planned.refusal, systemd);
    return [
      `${title} would take it: ${paint('error', 'refused')}`,
      `  ${terminalText(what)}`,
      `  ${terminalText(advice)}`,
      `  ${paint('dim', `portabled says: ${terminalText(theirs)}`)}`,
      '',
    ].join('\n');
  }
  const lines = planned.files.map(file => {
    const what = file.kind === 'link' ? ` -> ${terminalText(file.target)}` : file.kind === 'image' ? ' (a copy of the image)' : '';
    const text = file.kind === 'file' && file.from === 'portabled' ? indented(file.text, paint) : '';
    return `  ${terminalText(file.path)}${what}\n${text}`;
  });
  const failing = planned.failing.map(({ units, why, advice }) => {
    const which = terminalText(units.length === planned.units.length ? 'all units' : units.join(', '));
    return `  ${paint('error', 'will not start:')} ${which}: ${terminalText(why)}\n    ${terminalText(advice)}\n`;
  });
  const unknown = planned.unknown.map(what => `  ${paint('warning', 'unknown:')} ${terminalText(what)}\n`);
  return `${title} would attach it under ${terminalText(profile)}: ${paint('good', planned.units.length === 1 ? '1 unit' : `${planned.units.length} units`)}\n${lines.join('')}${failing.join('')}${unknown.join('')}`;
}

const indented = (text: string, paint: Paint): string =>
  text
    .trimEnd()
    .split('\n')
    .map(line => `${paint('dim', `      ${terminalText(line)}`)}\n`)
    .join('');
