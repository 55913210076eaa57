/** Single words and names of units, sockets, mounts and swaps that have a rule of their own (src/core/load-fragment.c). */

import { isAscii } from './ascii.ts';
import { boolean } from './boolean.ts';
import { judgeExpanded, problemOf, settled, wholeWord } from './expanded.ts';
import { but, byVersion, type Grammar, nothing, whole, wrong } from './grammar.ts';
import { integer } from './integer.ts';
import { path } from './path-value.ts';
import { byteLength } from './paths.ts';
import { expandSpecifiers, unknownSpecifier } from './specifier.ts';
import { nameGrammar, text } from './text.ts';
import { enumeration } from './words.ts';

/** OnSuccessJobMode=, OnFailureJobMode= (job_mode_from_string). */
export const jobMode = enumeration(
  'job mode',
  'fail replace replace-irreversibly isolate flush ignore-dependencies ignore-requirements triggering restart-dependencies@254',
);

/** OnFailureIsolate=: a boolean; that it is outdated, systemd says without naming the line. */
export const isolates = but(boolean, { name: 'isolate' });

/** What the system manager does about an emergency (src/core/emergency-action.c). */
export const emergencyAction = enumeration(
  'emergency action',
  `none reboot reboot-force reboot-immediate poweroff poweroff-force poweroff-immediate exit exit-force soft-reboot@254 soft-reboot-force@254
   kexec@255 kexec-force@255 halt@255 halt-force@255 halt-immediate@255`,
);

/** RebootArgument= of [Unit] (reboot_parameter_is_valid). */
export const rebootArgument = nameGrammar({
  name: 'reboot argument',
  expected: 'at most 255 ASCII characters',
  accepts: argument => argument.length <= 255 && isAscii(argument),
});

/** FileDescriptorName= (fdname_is_valid). */
export const descriptorName = nameGrammar({
  name: 'file descriptor name',
  expected: 'at most 255 printable ASCII characters but the colon',
  accepts: name => /^[\x20-9;-\x7e]{0,255}$/.test(name),
});

/** XAttrListen= and its like: `user.NAME=VALUE`, specifiers in both. */
export const extendedAttribute: Grammar = {
  name: 'extended attribute',
  empty: 'resets',
  read: (value, context) => {
    const { unknown } = expandSpecifiers(value, 'full', context);
    if (unknown) return { parts: nothing.parts, faults: [unknownSpecifier(unknown, 'full')] };
    const problem = problemOf(value, 'full', context, text =>
      text.startsWith('user.') && text.includes('=') ? undefined : 'user.NAME=VALUE, as only user attributes can be set',
    );
    if (problem !== undefined) return wrong(value, problem);
    const equals = value.indexOf('=');
    if (equals < 0) return whole('attribute', value);
    return {
      parts: [
        { start: 0, end: equals, kind: 'attribute', text: value.slice(0, equals) },
        { start: equals + 1, end: value.length, kind: 'value', text: value.slice(equals + 1) },
      ],
      faults: nothing.faults,
    };
  },
};

/** Where a node such as `LABEL=x` is found (fstab_node_to_udev_node). */
const tags: Readonly<Record<string, string>> = {
  LABEL: '/dev/disk/by-label/',
  UUID: '/dev/disk/by-uuid/',
  PARTUUID: '/dev/disk/by-partuuid/',
  PARTLABEL: '/dev/disk/by-partlabel/',
};

/** Bytes of the path that a node stands for: quotes around a tag's value go, most signs in it become `\\x2f` and the like. */
function nodeLength(what: string): number {
  const [, tag = '', quoted = ''] = /^([A-Z]+)=(.*)$/s.exec(what) ?? [];
  const folder = tags[tag];
  if (folder === undefined) return byteLength(what);
  const value = /^(["']).*\1$/s.test(quoted) && quoted.length > 1 ? quoted.slice(1, -1) : quoted;
  return folder.length + byteLength(value) + 3 * (value.match(/[^0-9A-Za-z#+\-.:=@_\u0080-\uffff]/g)?.length ?? 0);
}

/** What= of mounts and swaps: anything shorter than a path can be (config_parse_mount_node). */
const node: Grammar = {
  name: 'node',
  empty: 'resets',
  read: (value, context) => {
    const word = wholeWord(value);
    const judge = (what: string) => (nodeLength(what) < 4096 ? undefined : 'at most 4095 bytes');
    return settled('node', word, judgeExpanded(word, 'full', context, judge));
  },
};

const mountNode = byVersion(text, { 255: node });
const swapNode = byVersion(path, { 255: node });

/** What=: before 255 any text for mounts, and a path for swaps. */
export const what: Grammar = {
  ...node,
  read: (value, context) => (context.section === 'Swap' ? swapNode : mountNode).read(value, context),
};

/** Priority= of swaps (config_parse_swap_priority). */
export const swapPriority = integer('swap priority', [-1n, 32_767n], { empty: 'resets' });
