/** Settings of the sandbox that are one word. */
import { boolean, booleanOr, parseBoolean, tristate } from './boolean.ts';
import { byVersion, type Grammar, nothing, wrong } from './grammar.ts';
import { expandSpecifiers, unknownSpecifier } from './specifier.ts';
import { splitWords } from './split.ts';
import { isHostName, partly } from './text.ts';
import { enumeration } from './words.ts';

/** PrivateTmp=: a word from 257 on. */
export const privateTmp = byVersion(boolean, { 257: booleanOr('private tmp', 'disconnected') });

/** PrivateUsers=: a word from 257 on. */
export const privateUsers = byVersion(boolean, { 257: booleanOr('private users', 'self identity full@258 managed@260') });

/** PrivateMounts=: may be unset again from 253 on. */
export const privateMounts = byVersion(boolean, { 253: tristate });

/** ProtectControlGroups=: a word from 257 on. */
export const protectControlGroups = byVersion(boolean, { 257: booleanOr('control group protection', 'private strict') });

/** ProtectSystem=. */
export const protectSystem = booleanOr('system protection', 'full strict');

/** ProtectHome=. */
export const protectHome = booleanOr('home protection', 'read-only tmpfs');

/** RuntimeDirectoryPreserve=, FileDescriptorStorePreserve=. */
export const preserveMode = booleanOr('preserve mode', 'restart on-success@260');

const hostnameWords = booleanOr('hostname protection', 'private');

/** ProtectHostname= from 258 on: yes, private, or either with a host name after a colon. */
const protectHostnameFull: Grammar = {
  name: 'hostname protection',
  empty: 'resets',
  read: (value, context) => {
    const colon = value.indexOf(':');
    if (colon < 0) return hostnameWords.read(value, context);
    const mode = value.slice(0, colon);
    const start = colon + 1;
    const { text, certain, unknown } = expandSpecifiers(value.slice(start), 'full', context);
    if (unknown) return { parts: nothing.parts, faults: [unknownSpecifier(unknown, 'full', 'ignored', start)] };
    if (certain && !isHostName(text)) return partly(start, value.length, 'a host name');
    if (mode !== 'private' && parseBoolean(mode) !== true) return partly(0, colon, 'yes or private before a host name');
    return {
      parts: [
        { start: 0, end: colon, kind: 'hostname protection', text: mode },
        { start, end: value.length, kind: 'host name', text: value.slice(start) },
      ],
      faults: nothing.faults,
    };
  },
  ...(hostnameWords.words && { words: hostnameWords.words }),
};

/** ProtectHostname=. */
export const protectHostname = byVersion(boolean, { 258: protectHostnameFull });

/** Personality=: an architecture that the kernel can pretend to be; which one depends on the machine (personality_from_string). */
export const personality = enumeration('personality', 'x86 x86-64 ppc ppc-le ppc64 ppc64-le s390 s390x arm arm-be arm64 arm64-be', {
  empty: 'resets',
});

/** RefreshOnReload=: a boolean, or some of two words, after a `~` all but them. */
export const refreshOnReload = ((): Grammar => {
  const things = ['extensions', 'credentials'];
  return {
    name: 'refresh on reload',
    empty: 'resets',
    read: value => {
      if (parseBoolean(value) !== undefined)
        return { parts: [{ start: 0, end: value.length, kind: 'boolean', text: value }], faults: nothing.faults };
      const { words, failure } = splitWords(value, {}, { from: value.startsWith('~') ? 1 : 0 });
      const bad = words.find(({ text }) => !things.includes(text)) ?? failure;
      if (bad) return partly(bad.start, bad.end, 'yes, no, extensions or credentials');
      return { parts: words.map(word => ({ ...word, kind: 'refresh' })), faults: nothing.faults };
    },
    words: () => ['yes', 'no', ...things],
  };
})();

const groups =
  '@basic-api @anonymous @application @auxiliary-api @common-block @historical-block @network @privileged-api @security @temporary @known';

/** RestrictFileSystems=: names of file systems, of which only the groups are checked (bpf_restrict_fs_parse_filesystem). */
export const restrictFileSystems = ((): Grammar => {
  const known = new Set(groups.split(' '));
  return {
    name: 'file systems',
    empty: 'resets',
    read: value => {
      const { words, failure } = splitWords(value, { quotes: 'remove' }, { from: value.startsWith('~') ? 1 : 0 });
      const faults = words
        .filter(({ text }) => text.startsWith('@') && !known.has(text))
        .map(({ start, end }) => ({
          start,
          end,
          effect: 'warning' as const,
          outcome: 'skipped' as const,
          expected: 'a known group of file systems',
        }));
      const broken = failure ? wrong(value, 'closed quotes').faults : nothing.faults;
      return { parts: words.map(word => ({ ...word, kind: 'file system' })), faults: [...faults, ...broken] };
    },
    words: () => [...known],
  };
})();

/** DeferTrigger=. */
export const deferTrigger = booleanOr('defer trigger', 'patient');

/** MemoryPressureWatch= and its siblings. */
export const pressureWatch = booleanOr('pressure watch', 'auto skip');

/** CPUSetPartition=. */
export const cpusetPartition = enumeration('CPU set partition', 'member root isolated', { empty: 'resets' });
