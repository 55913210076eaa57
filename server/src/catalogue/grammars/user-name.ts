/** Names and numbers of users and groups (src/basic/user-util.c, valid_user_group_name in its relaxed mode). */
import { type Context, type Fault, fault, type Grammar, nothing, whole } from './grammar.ts';
import { parseInteger } from './integer.ts';
import { list } from './list.ts';
import { expandSpecifiers, unknownSpecifier } from './specifier.ts';

const expected = 'a user or group name, or a number from 0 to 4294967294 except 65535';

/** Whether systemd takes a text as the name or number of a user or group. Whether there is one is not asked. */
export function isUserName(text: string): boolean {
  if (text === '') return false;
  const number = parseInteger(text, { base: 10, refuseSign: true, refuseLeadingBlanks: true, refuseLeadingZero: true });
  if (number !== undefined && number >= 0n && number <= 4294967294n && number !== 65535n) return true;
  if (/^-?[0-9]*$/.test(text) || text === '.' || text === '..') return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  return !/[\x00-\x1f\x7f:/]|^ | $/.test(text);
}

function judge(text: string, start: number, end: number, context: Context): Fault | undefined {
  const { text: name, certain, unknown } = expandSpecifiers(text, 'full', context);
  if (unknown) return unknownSpecifier(unknown, 'full', 'refused', start);
  return certain && !isUserName(name) ? fault(start, end, 'refused', expected) : undefined;
}

/** User=, Group= and their siblings; `nobody` as a user makes systemd grumble (config_parse_user_group_compat). */
export const userName: Grammar = {
  name: 'user or group',
  empty: 'resets',
  read: (value, context) => {
    const wrong = judge(value, 0, value.length, context);
    if (wrong) return { parts: nothing.parts, faults: [wrong] };
    const reading = whole('user', value);
    if (value !== 'nobody' || !context.key.includes('User')) return reading;
    return {
      ...reading,
      faults: [
        fault(0, value.length, 'used', 'The user nobody owns what nobody else may own, so services that run as it can reach each other.'),
      ],
    };
  },
};

/** SupplementaryGroups=. */
export const groupNames = list({
  name: 'groups',
  kind: 'group',
  broken: 'refused',
  otherwise: 'refused',
  judge: ({ text, start, end }, context) => judge(text, start, end, context),
});
