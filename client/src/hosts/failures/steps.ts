/**
 * Exit statuses that systemd itself gives a process that it could not set up (systemd.exec(5), "Process Exit Codes"): which step it was, which
 * directive asks for it, and where more can be said, the function that says it.
 */
import * as l10n from '@vscode/l10n';
import { type Case, errorText } from './case.ts';
import type { Told } from './facts.ts';
import { tellMounts } from './mounts.ts';
import { tellProgram } from './program.ts';

interface Step {
  /** The first one that the unit sets, or the first. */
  readonly keys: readonly [string, ...string[]];
  readonly tell?: (failure: Case) => Told;
}

const steps: Readonly<Record<number, Step>> = {
  200: { keys: ['WorkingDirectory'], tell: tellDirectory },
  201: { keys: ['Nice'] },
  203: { keys: ['ExecStart'], tell: tellProgram },
  205: { keys: ['LimitNOFILE'], tell: tellLimit },
  206: { keys: ['OOMScoreAdjust'] },
  208: { keys: ['StandardInput'], tell: stream('StandardInput') },
  209: { keys: ['StandardOutput'], tell: stream('StandardOutput') },
  210: { keys: ['RootDirectory', 'RootImage'] },
  211: { keys: ['IOSchedulingPriority', 'IOSchedulingClass'] },
  212: { keys: ['TimerSlackNSec'] },
  213: { keys: ['SecureBits'] },
  214: { keys: ['CPUSchedulingPolicy'] },
  215: { keys: ['CPUAffinity'] },
  216: { keys: ['Group'], tell: tellGroup },
  217: { keys: ['User'], tell: tellUser },
  218: { keys: ['CapabilityBoundingSet', 'AmbientCapabilities'], tell: tellCapabilities },
  219: { keys: ['Slice', 'Delegate'] },
  222: { keys: ['StandardError'], tell: stream('StandardError') },
  224: { keys: ['PAMName'] },
  225: { keys: ['NetworkNamespacePath', 'PrivateNetwork'], tell: tellNetwork },
  226: { keys: ['RootDirectory'], tell: tellMounts },
  227: { keys: ['NoNewPrivileges'] },
  228: { keys: ['SystemCallFilter', 'SystemCallArchitectures', 'RestrictAddressFamilies'], tell: tellFilter },
  229: { keys: ['SELinuxContext'] },
  230: { keys: ['Personality'] },
  231: { keys: ['AppArmorProfile'] },
  232: { keys: ['RestrictAddressFamilies'] },
  233: { keys: ['RuntimeDirectory'], tell: directory('RuntimeDirectory', '/run') },
  235: { keys: ['User'] },
  236: { keys: ['SmackProcessLabel'] },
  237: { keys: ['KeyringMode'] },
  238: { keys: ['StateDirectory'], tell: directory('StateDirectory', '/var/lib') },
  239: { keys: ['CacheDirectory'], tell: directory('CacheDirectory', '/var/cache') },
  240: { keys: ['LogsDirectory'], tell: directory('LogsDirectory', '/var/log') },
  241: { keys: ['ConfigurationDirectory'], tell: directory('ConfigurationDirectory', '/etc') },
  242: { keys: ['NUMAPolicy'] },
  243: { keys: ['LoadCredential', 'SetCredential', 'ImportCredential'], tell: tellCredentials },
  245: { keys: ['RestrictFileSystems'] },
};

/** What is known of the step at which systemd gave up; undefined where the status is the program's own. */
export function tellStep(failure: Case): Told | undefined {
  const { how, status } = failure.failed.end;
  const step = how === 'exited' ? steps[status] : undefined;
  if (!step || isOwn(failure, step)) return undefined;
  if (step.tell) return step.tell(failure);
  return tellPlainly(failure, step.keys.find(name => failure.texts(name).length > 0) ?? step.keys[0]);
}

function tellPlainly(failure: Case, key: string): Told {
  const error = errorText(failure);
  const why = error ? l10n.t('what {0}= asks for could not be done: {1}', key, error) : l10n.t('what {0}= asks for could not be done', key);
  return { why, advice: l10n.t('Change {0}=, or leave it out; the profile may set it, too.', key), key };
}

/**
 * Whether the program itself ended with the number of a step: then systemd said nothing of one. It may have said so in vain, too: of a process that
 * ends at once, a busy journal loses lines. So a program that is silent is not blamed while the unit sets what the step does.
 */
function isOwn({ messages, said, texts, find }: Case, { keys }: Step): boolean {
  if (messages.length === 0 || find(/Failed at step [A-Z_]+ spawning/)) return false;
  return said.length > 0 || keys.every(key => texts(key).length === 0);
}

function tellDirectory(failure: Case): Told {
  const [path = ''] = failure.texts('WorkingDirectory');
  const denied = /denied/.test(errorText(failure));
  return {
    why: denied
      ? l10n.t('its user may not enter its working directory {0}', path)
      : l10n.t('its working directory {0} is not in the image', path),
    advice: denied ? l10n.t('Let User= enter it, or choose another one.') : l10n.t('Make it in the image, or choose another one.'),
    key: 'WorkingDirectory',
  };
}

const hostUsers = (): string =>
  l10n.t('Users and groups are looked up on the host, not in the image: make it there by systemd-sysusers, or use DynamicUser=yes.');

function tellUser(failure: Case): Told {
  const [name = ''] = failure.texts('User');
  return { why: l10n.t('its user {0} does not exist on the host', name), advice: hostUsers(), key: 'User' };
}

function tellGroup(failure: Case): Told {
  const key = failure.find(/supplementary groups/) ? 'SupplementaryGroups' : 'Group';
  const names = failure.texts(key).join(', ');
  const why =
    key === 'Group'
      ? l10n.t('its group {0} does not exist on the host', names)
      : l10n.t('one of its supplementary groups does not exist on the host: {0}', names);
  return { why, advice: hostUsers(), key };
}

/** Every unit has all limits, in numbers: which one it was, only systemd's words tell (src/core/exec-invoke.c). */
function tellLimit(failure: Case): Told {
  const limit = failure.find(/Failed to adjust resource limit RLIMIT_([A-Z]+)\b/)?.[1];
  const realtime = failure.find(/Failed to adjust RLIMIT_RTPRIO resource limit/);
  return tellPlainly(failure, limit !== undefined ? `Limit${limit}` : realtime ? 'RestrictRealtime' : 'LimitNOFILE');
}

function tellCapabilities(failure: Case): Told {
  if (failure.find(/Failed to gain CAP_SETPCAP/)) return tellPlainly(failure, 'SecureBits');
  const key = failure.find(/ambient/i) ? 'AmbientCapabilities' : 'CapabilityBoundingSet';
  const why = l10n.t('the capabilities of {0}= could not be set: {1}', key, errorText(failure) || l10n.t('not permitted'));
  return { why, advice: l10n.t('The bounding set, of the profile, too, must hold what AmbientCapabilities= and User= need.'), key };
}

/** What is made of filters beside SystemCallFilter=, by what systemd says when one cannot be set up (src/core/exec-invoke.c). */
const filters: readonly (readonly [says: RegExp, key: string])[] = [
  [/address famil/i, 'RestrictAddressFamilies'],
  [/architecture/i, 'SystemCallArchitectures'],
  [/executable memory/i, 'MemoryDenyWriteExecute'],
  [/realtime/i, 'RestrictRealtime'],
  [/SUID\/SGID/i, 'RestrictSUIDSGID'],
  [/namespace/i, 'RestrictNamespaces'],
  [/sysctl/i, 'ProtectKernelTunables'],
  [/module/i, 'ProtectKernelModules'],
  [/kernel log/i, 'ProtectKernelLogs'],
  [/clock/i, 'ProtectClock'],
  [/private devices/i, 'PrivateDevices'],
  [/personalit/i, 'LockPersonality'],
  [/log filter/i, 'SystemCallLog'],
];

function tellFilter(failure: Case): Told {
  const said = failure.find(/^\S+: (Failed to [^:]*): /)?.[1] ?? '';
  const key = filters.find(([says]) => says.test(said))?.[1] ?? 'SystemCallFilter';
  return {
    why: l10n.t('the filter of system calls could not be set up: {0}', errorText(failure) || l10n.t('the kernel refused it')),
    advice: l10n.t(
      'The kernel of the host must have seccomp, and the filter must allow what systemd itself still calls, execve above all.',
    ),
    key,
  };
}

function stream(key: string): (failure: Case) => Told {
  return failure => ({
    why: l10n.t('{0}= could not be opened: {1}', key, errorText(failure) || l10n.t('no such file')),
    advice: l10n.t('Files and terminals of {0}= are opened on the host, not in the image.', key),
    key,
  });
}

function directory(key: string, base: string): (failure: Case) => Told {
  return failure => ({
    why: l10n.t(
      'the directory of {0}= could not be made: {1}',
      key,
      failure
        .texts(key)
        .map(name => `${base}/${name}`)
        .concat(errorText(failure) || [])
        .join(', '),
    ),
    advice: l10n.t('It is made on the host, below {0}: look what is in its way there.', base),
    key,
  });
}

function tellNetwork(failure: Case): Told {
  const [path] = failure.texts('NetworkNamespacePath');
  if (!path) {
    const why = l10n.t('its network namespace could not be set up: {0}', errorText(failure));
    return { why, advice: l10n.t('Change PrivateNetwork=, which the profile may set, too.'), key: 'PrivateNetwork' };
  }
  const advice = l10n.t('Make it on the host before the service starts, or leave NetworkNamespacePath= out.');
  return { why: l10n.t('its network namespace {0} is not on the host', path), advice, key: 'NetworkNamespacePath' };
}

function tellCredentials(failure: Case): Told {
  const [id, path] = failure.texts('LoadCredential');
  if (id === undefined || !path) {
    const why = l10n.t('its credentials could not be set up: {0}', errorText(failure));
    return { why, advice: l10n.t('Look at LoadCredential=, SetCredential= and their likes.'), key: 'SetCredential' };
  }
  return {
    why: l10n.t('a credential could not be read; it wants {0} from {1}', id, path),
    advice: l10n.t('Credentials come from the host, not from the image: put the file there, or leave LoadCredential= out.'),
    key: 'LoadCredential',
  };
}
