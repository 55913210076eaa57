/** What editors ask about open units under the profile that they will be attached with: code lenses, the effective unit, its exposure. */
import type { CodeAction, CodeLens, Connection, Range } from 'vscode-languageserver';
import { lensesOf } from '../features/code-lens.ts';
import { attachedAs, dropInsOf, effectiveDocument } from '../features/effective.ts';
import { exposureRows, exposuresOf, exposureUnder, tighteningsOf } from '../features/exposure.ts';
import { fitting } from '../features/fitting.ts';
import type { JudgedUnit } from '../features/judge.ts';
import { type Profiles, profilesFrom, profileText } from '../features/profiles.ts';
import { printed } from '../portable/exposure/exposure.ts';
import { type KnownHost, onHost } from '../portable/known-host.ts';
import { methods } from '../protocol.ts';
import type {
  EffectiveResult,
  ExposureResult,
  ProfilesParams,
  ProfileTextParams,
  ProfileTextResult,
  UnderProfileParams,
} from '../protocol-profiles.ts';
import type { Target, TargetProfile } from '../rules/rule.ts';
import type { Answer } from './handlers.ts';
import { hostOf } from './host-message.ts';

/** What is asked, of documents as they are judged. */
export interface ProfileRequests {
  /** Takes what the client says of profiles. Throws for what is no such message. */
  readonly said: (params: unknown) => void;
  /** Takes what the client says of the active host. */
  readonly saidOfHost: (params: unknown) => void;
  /** The active host, as far as it is known. */
  readonly host: () => KnownHost | undefined;
  /** The profiles that there are. */
  readonly profiles: () => Profiles;
  /** The target with the profile that counts for it, and the host: the same object for the same two while the host is the same. */
  readonly withProfile: (target: Target, profile?: TargetProfile) => Target;
  readonly lenses: (judged: JudgedUnit, uri: string, target: Target) => CodeLens[];
  readonly effective: (judged: JudgedUnit, params: UnderProfileParams, target: Target) => EffectiveResult | null;
  readonly text: (params: ProfileTextParams) => ProfileTextResult | null;
  readonly exposure: (judged: JudgedUnit, params: UnderProfileParams, target: Target) => ExposureResult | null;
  /** What would lower the exposure, where the range is at [Service]. */
  readonly tightenings: (judged: JudgedUnit, uri: string, range: Range, target: Target) => CodeAction[];
}

/** Begins with portabled's own choice. */
export function profileRequests(): ProfileRequests {
  let known: Profiles = profilesFrom('default', []);
  let host: KnownHost | undefined;
  let targets = new WeakMap<Target, Map<TargetProfile, Target>>();

  const chosenFor = (target: Target): Profiles => ({ ...known, chosen: target.profile ?? known.chosen });
  const named = (name: string | undefined, target: Target): TargetProfile => {
    const { chosen, all } = chosenFor(target);
    return name === undefined || name === chosen.name ? chosen : (all.find(profile => profile.name === name) ?? { name });
  };

  return {
    said(params) {
      if (!isProfiles(params)) throw new Error('it names no profile');
      known = profilesFrom(params.chosen, params.profiles);
      targets = new WeakMap();
    },
    saidOfHost(params) {
      host = hostOf(params);
      targets = new WeakMap();
    },
    host: () => host,
    profiles: () => known,
    withProfile(target, profile = known.chosen) {
      const made = targets.get(target) ?? new Map<TargetProfile, Target>();
      targets.set(target, made);
      const before = made.get(profile) ?? { ...target, profile, ...(host && onHost(host)) };
      made.set(profile, before);
      return before;
    },
    lenses: (judged, uri, target) => lensesOf(judged, uri, chosenFor(target), target),
    effective(judged, { uri, profile: name }, target) {
      const { systemd } = target;
      const profile = named(name, target);
      const unit = attachedAs(judged, profile, target);
      if (!unit) return null;
      const { text, lines, files } = effectiveDocument(unit, systemd);
      const places = { unit: uri, profile: profile.uri, portabled: undefined, host: undefined };
      return {
        name: unit.loaded.name,
        profile: profile.name,
        profileKnown: profileText(profile, systemd) !== undefined,
        systemd,
        ...(target.host && dropInsOf(target.host) && { host: target.host.name }),
        text,
        lines,
        files: files.map(({ origin, path, first, unreadable }) => {
          const place = places[origin];
          return { origin, path, first, ...(place !== undefined && { uri: place }), ...(unreadable && { unreadable }) };
        }),
      };
    },
    text({ name, systemd }) {
      const text = profileText(known.all.find(profile => profile.name === name) ?? { name }, systemd);
      return text === undefined ? null : { text };
    },
    exposure(judged, { profile: name }, target) {
      const { systemd } = target;
      const profile = named(name, target);
      const exposure = exposureUnder(judged, profile, target);
      if (!exposure) return null;
      return {
        name: judged.unit.name ?? '',
        profile: profile.name,
        systemd,
        exposure: printed(exposure.tenths),
        rating: exposure.rating,
        rows: exposureRows(exposure, fitting(judged, profile, target)),
        others: exposuresOf(judged, chosenFor(target), target),
      };
    },
    tightenings(judged, uri, range, target) {
      const header = judged.tree.sections.find(({ name }) => name.text === 'Service')?.header;
      if (!header || judged.unit.role !== 'unit' || judged.unit.kind !== 'service') return [];
      if (judged.lines.range(header).start.line !== range.start.line) return [];
      return tighteningsOf(judged, named(undefined, target), target).map(({ title, edit }) => ({
        title,
        kind: 'refactor.rewrite',
        edit: { changes: { [uri]: [{ range: judged.lines.range(edit), newText: edit.text }] } },
      }));
    },
  };
}

/** What the requests need of the server. */
interface Documents {
  /** An open unit file as it is judged now. */
  readonly judged: (uri: string) => JudgedUnit | undefined;
  readonly targetOf: (uri: string) => Target;
  /** The profiles are others: everything is judged anew. */
  readonly changed: () => void;
  /** The active host is another one, or more is known of it. */
  readonly hostChanged: () => void;
}

/** Answers the requests on a connection. */
export function answerProfileRequests(connection: Connection, requests: ProfileRequests, documents: Documents, answer: Answer): void {
  const { judged, targetOf, changed, hostChanged } = documents;
  const under = (params: unknown) => {
    if (!isUnderProfile(params)) throw new Error('it names no document');
    const unit = judged(params.uri);
    return unit && { params, unit, target: targetOf(params.uri) };
  };
  connection.onNotification(methods.profiles, (params: unknown) => {
    requests.said(params);
    changed();
  });
  connection.onNotification(methods.host, (params: unknown) => {
    requests.saidOfHost(params);
    hostChanged();
    changed();
  });
  connection.onRequest(
    methods.effective,
    answer('telling what a unit becomes', (params: unknown): EffectiveResult | null => {
      const asked = under(params);
      return asked ? requests.effective(asked.unit, asked.params, asked.target) : null;
    }),
  );
  connection.onRequest(
    methods.exposure,
    answer('telling an exposure', (params: unknown): ExposureResult | null => {
      const asked = under(params);
      return asked ? requests.exposure(asked.unit, asked.params, asked.target) : null;
    }),
  );
  connection.onRequest(
    methods.profileText,
    answer('reading a profile', (params: unknown): ProfileTextResult | null => {
      if (!isProfileText(params)) throw new Error('it names no profile');
      return requests.text(params);
    }),
  );
  connection.onCodeLens(
    answer('telling exposures', ({ textDocument: { uri } }): CodeLens[] => {
      const unit = judged(uri);
      return unit ? requests.lenses(unit, uri, targetOf(uri)) : [];
    }),
  );
}

function isProfiles(value: unknown): value is ProfilesParams {
  if (typeof value !== 'object' || value === null) return false;
  const profiles: unknown = Reflect.get(value, 'profiles');
  const isText = (one: unknown, field: string): boolean =>
    typeof one === 'object' && one !== null && typeof Reflect.get(one, field) === 'string';
  return isText(value, 'chosen') && Array.isArray(profiles) && profiles.every(one => isText(one, 'name') && isText(one, 'text'));
}

function isProfileText(value: unknown): value is ProfileTextParams {
  if (typeof value !== 'object' || value === null) return false;
  return typeof Reflect.get(value, 'name') === 'string' && typeof Reflect.get(value, 'systemd') === 'number';
}

/** Whether a message asks about an open document under a profile. */
function isUnderProfile(value: unknown): value is UnderProfileParams {
  if (typeof value !== 'object' || value === null || typeof Reflect.get(value, 'uri') !== 'string') return false;
  return ['string', 'undefined'].includes(typeof Reflect.get(value, 'profile'));
}
