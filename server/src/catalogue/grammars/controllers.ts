/** Controllers of control groups (src/basic/cgroup-util.c): Delegate=, DisableControllers=. */

import { parseBoolean } from './boolean.ts';
import { hasControl } from './bytes.ts';
import { type Grammar, nothing, scalar, whole, wrong } from './grammar.ts';
import { list } from './list.ts';
import { splitWords } from './split.ts';
import { isFileName } from './text.ts';
import { orList, words } from './words.ts';

const controllers = words(`
  cpu cpuacct cpuset io blkio memory devices pids bpf-firewall bpf-devices bpf-foreign@249 bpf-socket-bind@249
  bpf-restrict-network-interfaces@250 bpf-bind-network-interface@260`);

const names = list({
  name: 'delegation',
  kind: 'controller',
  split: { quotes: 'remove' },
  judge: ({ text }, { version }) =>
    controllers.has(text, version) ? undefined : `yes, no, or controllers: ${orList(controllers.all(version))}`,
});

/** Delegate=: a boolean or controllers, only for services and scopes; empty delegates without any (config_parse_delegate). */
export const delegate: Grammar = {
  ...names,
  empty: 'read',
  read: (value, context) => {
    if (context.unitType !== 'service' && context.unitType !== 'scope') return wrong(value, 'no Delegate= but in services and scopes');
    if (value === '') return nothing;
    return parseBoolean(value) === undefined ? names.read(value, context) : whole('boolean', value);
  },
  words: ({ version }) => ['yes', 'no', ...controllers.all(version)],
};

/** DisableControllers=: unknown names are passed over in silence, as long as there is a known one (config_parse_disable_controllers). */
export const disabledControllers = scalar({
  name: 'disabled controllers',
  kind: 'controllers',
  empty: 'resets',
  expected: ({ version }) => `controllers: ${orList(controllers.all(version))}`,
  accepts: (value, { version }) => {
    const { words: found, failure } = splitWords(value);
    return !failure && found.some(({ text }) => controllers.has(text, version));
  },
  words: ({ version }) => controllers.all(version),
});

const rules = list({
  name: 'OOM rules',
  kind: 'OOM rule',
  split: { quotes: 'remove', plainBackslash: true },
  judge: ({ text }) => (isRuleName(text) ? undefined : 'the name of a rule file: without / * ? [ and backslash, at most 255 bytes'),
});

const isRuleName = (name: string) => isFileName(name) && !/[*?[\\"']/.test(name) && !hasControl(name);

/** OOMRules=: names of rules, only for services, scopes and slices. */
export const oomRules: Grammar = {
  ...rules,
  empty: 'read',
  read: (value, context) => {
    if (!['service', 'scope', 'slice'].includes(context.unitType)) return wrong(value, 'no OOMRules= but in services, scopes and slices');
    return rules.read(value, context);
  },
};
