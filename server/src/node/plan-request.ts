/** `portable/plan`: plans an attach for a client that knows the host. */
import { existsSync } from 'node:fs';
import { ImageError, problemText } from '../image/image-error.ts';
import { refusalWords } from '../portable/plan/refusal-words.ts';
import type { PlanParams, PlanProfileFile, PlanResult } from '../protocol.ts';
import { nodePath } from './documents/read-unit-file.ts';
import { planImages } from './images/plan-image.ts';
import { field, isTexts, userPlacesIn, versionOf } from './message-fields.ts';

/** What was asked; undefined for a message that does not say it. */
export function planParams(message: unknown): PlanParams | undefined {
  const text = (name: string): string | undefined => {
    const value = field(message, name);
    return typeof value === 'string' ? value : undefined;
  };
  const [image, hostPath, profile, copyMode] = ['image', 'hostPath', 'profile', 'copyMode'].map(text);
  const [extensions, prefixes, units] = ['extensions', 'prefixes', 'units'].map(name => field(message, name));
  const systemd = versionOf(field(message, 'systemd'));
  const architecture = text('architecture');
  const files = field(message, 'profileFiles');
  const user = userPlacesIn(field(message, 'user'));
  if (image === undefined || hostPath === undefined || profile === undefined || copyMode === undefined || systemd === undefined)
    return undefined;
  if (!isTexts(extensions) || !isTexts(prefixes)) return undefined;
  return {
    ...{ image, hostPath, profile, copyMode, systemd, extensions, prefixes },
    runtime: field(message, 'runtime') === true,
    force: field(message, 'force') === true,
    replaces: field(message, 'replaces') === true,
    ...(architecture !== undefined && { architecture }),
    ...(isTexts(units) && { units }),
    ...(user && { user }),
    ...(Array.isArray(files) && { profileFiles: files.filter(isProfileFile) }),
  };
}

const isProfileFile = (value: unknown): value is PlanProfileFile =>
  ['suffix', 'path', 'text'].every(name => typeof field(value, name) === 'string');

/** Plans the attach. Never rejects for what the images hold. */
export async function answerPlan(params: PlanParams): Promise<PlanResult> {
  const { image, hostPath, extensions, prefixes, profile, copyMode, runtime, force, replaces } = params;
  const { systemd, architecture, units, profileFiles, user } = params;
  try {
    const plan = await planImages(
      { image, hostPath, extensions },
      { prefixes, profile, copyMode, runtime, force, replaces },
      {
        systemd,
        ...(user && { user }),
        ...(architecture !== undefined && { architecture }),
        ...(units && { units: new Set(units) }),
        ...(profileFiles && { profile: (_, suffix) => profileFiles.find(file => file.suffix === suffix) }),
      },
    );
    if (plan.outcome === 'refused') {
      const { where, ...words } = refusalWords(plan.refusal, systemd);
      const root = where?.image === hostPath ? image : where?.image;
      const other = where?.path.replace(/^\/usr\/lib\//, '/etc/');
      // for an os-release portabled looks into /etc first
      const places = where && other ? (where.path.endsWith('/os-release') ? [other, where.path] : [where.path, other]) : [];
      const file = places.map(path => `${root}${path}`).find(path => existsSync(nodePath(path)));
      return { outcome: 'refused', refusal: { reason: plan.refusal.reason, ...words, ...(file !== undefined && { file }) } };
    }
    return {
      outcome: 'attached',
      units: plan.units.map(({ name }) => name),
      files: plan.files.map(file => {
        const { path, kind, from } = file;
        if (file.kind === 'file') return { path, kind, from, text: file.text };
        return { path, kind, from, source: file.kind === 'link' ? file.target : file.source };
      }),
      failing: plan.failing,
      unknown: plan.unknown,
    };
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    return { outcome: 'unknown', why: problemText(error) };
  }
}
