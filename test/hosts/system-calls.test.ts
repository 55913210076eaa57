/** The functions of glibc that sandbox/missing-system-call knows, and the system calls that they come to: what a filter forbids is what they ask for. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { must } from '../../lab/processes.ts';
import { installTools } from '../../lab/tools.ts';
import { callsOfFunctions } from '../../server/src/rules/sandbox/system-calls.ts';
import { makeTree } from './images.ts';
import { describeOnHosts, type Laboratory, openLaboratory } from './laboratory.ts';

/** An error that no kernel gives for any of them: whoever sees it was stopped by the filter. */
const stopped = { name: 'ENOANO', number: 55 };

/** Calls a function with what points to zeros; ends well if the filter stopped it. */
const program = (name: string): string =>
  [
    'import ctypes, sys',
    "c = ctypes.CDLL('libc.so.6', use_errno=True)",
    'b = ctypes.create_string_buffer(512)',
    `a = ${name === 'settimeofday' ? '(b, None)' : name === 'clock_settime' ? '(0, b)' : /adjtime/.test(name) ? '(b,)' : '(0, 0, 0, 0, 0)'}`,
    `r = c.${name}(*a)`,
    `sys.exit(0 if r == -1 and ctypes.get_errno() == ${stopped.number} else 1)`,
  ].join('; ');

const unit = (name: string, calls: readonly string[]): string =>
  `[Service]\nType=oneshot\nSystemCallFilter=~${calls.join(' ')}\nSystemCallErrorNumber=${stopped.name}\nExecStart=/usr/bin/python3 -c "${program(name)}"\n`;

describeOnHosts('functions and their system calls', () => {
  let laboratory: Laboratory;
  beforeAll(async () => {
    await installTools([{ probe: 'mmdebstrap', package: 'mmdebstrap' }]);
    laboratory = await openLaboratory(['forky']);
  });
  afterAll(() => laboratory?.close());

  test.each(['bookworm', 'trixie'])(
    'in the glibc of %s',
    async suite => {
      const { lab } = laboratory;
      const image = join(lab.root, 'srv', `call-${suite}`);
      await must('mmdebstrap', ['--variant=extract', '--include=python3', '--quiet', suite, image]);
      const units = Object.fromEntries(
        Object.entries(callsOfFunctions).map(([name, calls]) => [`call-${suite}-${name.replaceAll('_', '-')}.service`, unit(name, calls)]),
      );
      await must('rm', ['-rf', join(image, 'usr/lib/os-release'), join(image, 'etc/os-release'), join(image, 'usr/lib/systemd')]);
      makeTree(image, units, `ID=call\nPORTABLE_PREFIXES=call-${suite}\n`);
      const names = Object.keys(units).join(' ');
      const script = `portablectl attach -q --runtime --profile=trusted /srv/call-${suite} call-${suite} >&2
        systemctl start ${names} 2>/dev/null; systemctl show -P Result ${names}; journalctl -q -b -o cat -u 'call-${suite}-*' | grep Error >&2
        systemctl reset-failed; portablectl detach -q --runtime /srv/call-${suite} call-${suite} >&2`;
      const { stdout, stderr } = await lab.run('bash', '-c', script);
      const results = stdout.split('\n').filter(Boolean);
      expect(
        Object.keys(units).map((name, n) => `${name}: ${results[n]}`),
        stderr,
      ).toEqual(Object.keys(units).map(name => `${name}: success`));
    },
    300_000,
  );
});
