/** Which lines that would lower a service's exposure are right for it: a tighter service that does not start is no gain. */

import { runsPrivileged, serviceSecurity } from '../portable/exposure/security.ts';
import { check } from '../rules/check.ts';
import type { TreeFacts } from '../rules/portable/portable-tree.ts';
import type { Target, TargetProfile } from '../rules/rule.ts';
import { ownDirectories } from '../rules/sandbox/file-system.ts';
import { commandsOf } from '../rules/settings.ts';
import { type WholeUnit, wholeUnit } from '../rules/whole-unit.ts';
import { managerOfUnit } from './effective.ts';
import type { JudgedUnit } from './judge.ts';
import { profileText } from './profiles.ts';

/** A line of [Service]. */
export interface Line {
  readonly directive: string;
  readonly value: string;
}

/** Capabilities that hardly any service uses that is not made for just that. */
const rare =
  /^~(CAP_(SYS_TIME|SYS_RAWIO|SYS_MODULE|SYS_BOOT|LINUX_IMMUTABLE|BLOCK_SUSPEND|WAKE_ALARM|LEASE|SYS_TTY_CONFIG|BPF|SYS_PACCT|SYSLOG|MAC_ADMIN|MAC_OVERRIDE) ?)+$/;
const lists: ReadonlySet<string> = new Set(['CapabilityBoundingSet', 'SystemCallFilter', 'RestrictAddressFamilies']);
/** Programs that do just what a filter forbids. */
const madeFor: Readonly<Record<string, RegExp>> = {
  '~@mount': /\/(u?mount|chroot|pivot_root|switch_root|fusermount3?|autofs|automount)$/,
  '~@clock': /\/(chronyd|ntpd|ntpdate|openntpd|hwclock|adjtimex|date|ptp4l|phc2sys|systemd-timesyncd)$/,
  '~@reboot': /\/(reboot|shutdown|poweroff|halt|kexec|watchdog|systemctl)$/,
  '~@swap': /\/(swapon|swapoff|zramctl)$/,
  '~@module': /\/(modprobe|insmod|rmmod|kmod)$/,
  '~@debug': /\/(gdb|strace|perf|ltrace|bpftrace)$/,
};
/** Programs that make name spaces for others. */
const separating = /\/(bwrap|unshare|nsenter|podman|docker\w*|containerd|runc|crun|lxc-\w+|systemd-nspawn|firejail)$/;

/** Commands that make or change files. */
const changing = /^Exec\w+=\S*\/(mkdir|install|touch|chown|chgrp|chmod|cp|mv|ln|tee)\s/m;

/** What nobody can see in a unit, by directive: these are only offered where it says enough of itself. */
const doubts: Readonly<Record<string, (whole: WholeUnit, value: string) => boolean>> = {
  PrivateNetwork: whole => !staysLocal(whole),
  IPAddressDeny: whole => !staysLocal(whole),
  DynamicUser: whole => ['User', 'Group', 'PIDFile', 'AmbientCapabilities', 'CapabilityBoundingSet', 'ReadWritePaths'].some(whole.sets),
  PrivateUsers: whole => runsPrivileged(serviceSecurity(whole)) || whole.sets('AmbientCapabilities'),
  CapabilityBoundingSet: (whole, value) =>
    (runsPrivileged(serviceSecurity(whole)) && !rare.test(value)) || names(whole, 'CapabilityBoundingSet', value),
  // a forbidden call ends a program; shells set their users even where nothing changes by it
  SystemCallFilter: (whole, value) =>
    value === '~@resources' || value === '~@privileged' || (madeFor[value] !== undefined && runs(whole, madeFor[value])),
  ProtectClock: whole => runs(whole, madeFor['~@clock']),
  RestrictAddressFamilies: whole =>
    ['CAP_NET_ADMIN', 'CAP_NET_RAW'].some(name => names(whole, 'AmbientCapabilities', name)) || runsPrivileged(serviceSecurity(whole)),
  RestrictNamespaces: whole => runs(whole, separating),
  // a service that writes has to say where
  ProtectSystem: whole => !Object.keys(ownDirectories).some(whole.sets) || changing.test(whole.fragment.text),
  PrivateTmp: whole => whole.sets('JoinsNamespaceOf') || /(^|[\s:=+-])\/(var\/)?tmp(\/|\s|$)/m.test(whole.fragment.text),
  ProtectHome: whole => /(^|[\s:=+-])\/(home|root|run\/user)(\/|\s|$)/m.test(whole.fragment.text),
  PrivateDevices: whole =>
    /(^|[\s:=+-])\/dev\/(?!null|zero|u?random|shm|log|std)/m.test(whole.fragment.text) || /tty|char-|block-/.test(whole.fragment.text),
  // what reads /proc/meminfo or /proc/sys fails, and what others are to read of its files they cannot
  ProcSubset: () => true,
  UMask: () => true,
};

/** Whether a command of the service is one of some programs. */
const runs = (whole: WholeUnit, programs: RegExp | undefined): boolean =>
  ['ExecStartPre', 'ExecStart', 'ExecStartPost', 'ExecReload', 'ExecStop', 'ExecStopPost']
    .flatMap(key => commandsOf(whole, key))
    .some(({ at, program: { start, end } }) => programs?.test(at.value.slice(start, end).replace(/^[-@:+!|]*/, '')) === true);

/** The unit says itself that its service has no use for the internet. */
function staysLocal(whole: WholeUnit): boolean {
  const families = whole.all(['RestrictAddressFamilies']);
  return families.length > 0 && families.every(({ value }) => !value.startsWith('~') && !/AF_INET|AF_PACKET/.test(value));
}

/** Whether a directive of the unit names one of some words. */
const names = (whole: WholeUnit, key: string, words: string): boolean => {
  const wanted = words.replace(/^~/, '').split(' ');
  return whole
    .all([key, 'AmbientCapabilities'])
    .some(({ value }) => !value.startsWith('~') && wanted.some(word => value.toUpperCase().includes(word)));
};

/** Findings that tell of no harm. */
const harmless: ReadonlySet<string> = new Set(['sandbox/overridden', 'sandbox/widened', 'sandbox/path-without-plus']);

/** Tells which lines fit a service under a profile: those by which no rule would see it harmed if the profile had them. */
export function fitting(judged: JudgedUnit, profile: TargetProfile, target: Target): (line: Line) => boolean {
  const { systemd } = target;
  const { tree, unit, image, inTree = treeAround(judged) } = judged;
  const named = unit.name === undefined ? {} : { name: unit.name };
  const own = wholeUnit({ ...named, kind: 'service', sources: [{ path: '', unit, tree: () => tree }] }, { systemd });
  const text = profileText(profile, systemd, managerOfUnit(judged, target)) ?? '[Service]\n';
  const harm = (lines: string): number => {
    const under = { ...target, profile: { name: profile.name, text: text + lines } };
    const found = check({ tree, unit, target: under, inTree, ...(image && { image }) });
    return found.filter(({ code }) => code.startsWith('sandbox/') && !harmless.has(code)).length;
  };
  const before = harm('');
  return ({ directive, value }) => {
    if (!own) return false;
    // what the unit says itself is meant
    if (own.sets(directive) && !lists.has(directive)) return false;
    return !doubts[directive]?.(own, value) && harm(`${directive}=${value}\n`) <= before;
  };
}

/** A unit by itself is judged as if it lay in an image of its own. */
function treeAround({ unit }: JudgedUnit): TreeFacts {
  const prefix = (unit.name ?? 'x.service').replace(/[@.].*$/, '');
  return {
    ...{ root: '/image', name: prefix, units: [unit.name ?? 'x.service'], distribution: false, mountPoints: true, beside: () => [] },
    release: { ID: prefix, PORTABLE_PREFIXES: prefix },
  };
}
