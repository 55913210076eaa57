/** A service as it will be once its image is attached: under the profile, whose settings come after its own. */
import { isAttachable } from '../../image/units.ts';
import { isRoot, type ServiceSecurity, serviceSecurity } from '../../portable/exposure/security.ts';
import { managerOf } from '../../portable/manager.ts';
import { isShipped, shippedProfile } from '../../portable/profiles.ts';
import { parseUnit } from '../../unit/parse.ts';
import { recent } from '../../unit/recent.ts';
import type { Manager } from '../../unit/search-path.ts';
import type { UnitTree } from '../../unit/tree.ts';
import type { UnitFile } from '../../unit/unit-file.ts';
import { isOwn } from '../portable/portable-tree.ts';
import { treeUnit } from '../portable/units.ts';
import type { Related, Subject, Target, TargetProfile } from '../rule.ts';
import { dropInsAlone, type Setting, type WholeReport, type WholeUnit, wholeUnit, withDropIns } from '../whole-unit.ts';

/** A service of a portable image, and what it becomes. */
export interface AttachedUnit {
  /** By its own file; drop-ins of the image are left behind. */
  readonly own: WholeUnit;
  /** The profile alone. */
  readonly alone: WholeUnit;
  /** Both: what counts on the host. */
  readonly whole: WholeUnit;
  readonly profile: TargetProfile;
  readonly manager: Manager;
}

type Said = readonly WholeReport[] | WholeReport | undefined;

const usual: TargetProfile = { name: 'default' };
const profileFile: UnitFile = { kind: 'service', role: 'profile' };
const attached = recent<UnitTree, { readonly target: Target; readonly subject: Subject; readonly unit: AttachedUnit | undefined }>(4);
const parsed = new Map<string, UnitTree>();

/**
 * A rule about services under their profile as one about whole units: asked only about those that portabled attaches, and that come as far as
 * running something, unless it is about those that do not.
 */
export const underProfile =
  (check: (unit: AttachedUnit, subject: Subject) => Said, about: 'running' | 'all' = 'running') =>
  (whole: WholeUnit, subject: Subject): Said => {
    const unit = attachedUnit(whole, subject);
    return unit && (about === 'all' || !needsOtherUser(unit)) ? check(unit, subject) : undefined;
  };

/** Whether a user's own manager would have to be root: then nothing is run (seen on 262). */
export const needsOtherUser = ({ manager, whole }: AttachedUnit): boolean => manager === 'user' && isRoot(whole.one('User')?.value ?? '');

function attachedUnit(loaded: WholeUnit, subject: Subject): AttachedUnit | undefined {
  const { fragment, kind } = loaded;
  if (kind !== 'service' || fragment !== subject.tree) return undefined;
  const known = attached.get(fragment);
  if (known && known.target === subject.target && known.subject.inTree === subject.inTree) return known.unit;
  return attached.set(fragment, { target: subject.target, subject, unit: attach(loaded, subject) }).unit;
}

function attach(loaded: WholeUnit, subject: Subject): AttachedUnit | undefined {
  const { unit, target } = subject;
  const { fragment } = loaded;
  const found = treeUnit(subject);
  if (!found || !isAttachable(found.name) || !isOwn(found.name, found.tree)) return undefined;
  const manager = managerOfSubject(subject);
  if (!isScope(found.tree.release?.PORTABLE_SCOPE, manager)) return undefined;
  const profile = target.profile ?? usual;
  const tree = profileTree(profile, target.systemd, manager);
  const alone = tree && profileAlone(tree, target);
  const isWhole = loaded.bare && loaded.name === found.name;
  const file = { path: '', unit, tree: () => fragment };
  const own = isWhole ? loaded : wholeUnit({ name: found.name, kind: 'service', sources: [file] }, target);
  return own && alone && { own, alone, whole: withDropIns(own, alone), profile, manager };
}

/** Whether an image that declares a scope is attached by a manager's portabled; what it declares none of is the system's. */
const isScope = (declared: string | undefined, manager: Manager): boolean =>
  declared === 'any' || (declared === 'user' || declared === 'system' ? declared : 'system') === manager;

/** Whose manager runs a unit that is judged. */
export const managerOfSubject = ({ among, inTree, target }: Pick<Subject, 'among' | 'inTree' | 'target'>): Manager =>
  managerOf({ path: among?.path, scope: inTree?.release?.PORTABLE_SCOPE }, target);

/** Profiles as units, by version: each is asked about for every unit of an image. */
const wholes = new WeakMap<UnitTree, Map<number, WholeUnit | undefined>>();

function profileAlone(tree: UnitTree, target: Target): WholeUnit | undefined {
  const known = wholes.get(tree) ?? new Map<number, WholeUnit | undefined>();
  wholes.set(tree, known);
  if (!known.has(target.systemd))
    known.set(target.systemd, dropInsAlone('service', [{ path: '', unit: profileFile, tree: () => tree }], target));
  return known.get(target.systemd);
}

/** The profile parsed; undefined for one whose text is not known. */
export function profileTree({ name, text }: TargetProfile, systemd: number, manager: Manager): UnitTree | undefined {
  const content = text ?? (isShipped(name) ? shippedProfile(name, systemd, manager) : undefined);
  if (content === undefined) return undefined;
  const known = parsed.get(content);
  if (known) return known;
  if (parsed.size > 20) parsed.clear();
  const tree = parseUnit(content);
  parsed.set(content, tree);
  return tree;
}

const securities = recent<AttachedUnit, ServiceSecurity>(1);

/** What the service may do under the profile. */
export const securityOf = (unit: AttachedUnit): ServiceSecurity =>
  securities.get(unit) ?? securities.set(unit, serviceSecurity(unit.whole));

/** What the profile is called in messages. */
export const profileName = ({ profile }: AttachedUnit): string => `the profile ${profile.name}`;

/** Whether a setting that counts is the profile's. */
export const isOfProfile = ({ alone }: AttachedUnit, { tree }: Setting): boolean => tree === alone.fragment;

/** Points to the line of a setting of the profile; nothing where the setting is not the profile's. */
export function inProfile(unit: AttachedUnit, setting: Setting | undefined): { readonly related?: readonly Related[] } {
  if (!setting || !isOfProfile(unit, setting)) return {};
  const { assignment } = setting.judged;
  const line = setting.tree.text.slice(0, assignment.start).split(/\r\n|[\r\n]/).length - 1;
  const message = `${assignment.key.text}=${shortened(setting.value)} in ${profileName(unit)}`;
  return { related: [{ profile: unit.profile, systemd: unit.whole.systemd, line, message }] };
}

/** A value as messages repeat it. */
export const shortened = (value: string): string => (value.length > 40 ? `${value.slice(0, 40).trimEnd()}...` : value);
