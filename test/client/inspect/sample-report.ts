/** A report with a bit of everything, and one in which every text is hostile. */
import type { Report } from '../../../client/src/inspect/report.ts';
import type { ReportResult } from '../../../server/src/protocol.ts';
import { image } from '../common/fake-host.ts';

export const now = 1_000_000_000;

const facts: ReportResult = {
  image: image({ path: '/work/hello_1.0.raw', kind: 'raw', fileSystem: 'squashfs', size: 3_250_000 }),
  partitions: [
    {
      number: 1,
      purpose: 'root',
      label: 'root',
      size: 3_000_000,
      fileSystem: 'squashfs',
      verity: 'signed',
      readable: true,
      readOnly: true,
    },
    { number: 2, purpose: 'root-verity', label: 'hashes', size: 200_000, fileSystem: 'verity', readable: false, readOnly: false },
  ],
  units: [
    {
      ...{ name: 'hello.service', path: '/usr/lib/systemd/system/hello.service', attachable: true, type: 'service' },
      description: 'Says hello',
      exposures: [{ tenths: 96, rating: 'unsafe' }, { tenths: 21, rating: 'ok' }, null],
    },
    { name: 'hello.socket', path: '/usr/lib/systemd/system/hello.socket', attachable: true, type: 'socket' },
    { name: 'hello@.service', path: '/usr/lib/systemd/system/hello@.service', attachable: true, type: 'service' },
    { name: 'other.mount', path: '/usr/lib/systemd/system/other.mount', attachable: false, type: 'mount' },
  ],
  profiles: ['', 'default', 'strict'],
  counts: { error: 1, warning: 0, information: 0, hint: 1 },
  findings: [
    { code: 'unit/x', severity: 'error', message: 'It is wrong.', path: '/usr/lib/systemd/system/hello.service', line: 7 },
    { code: 'advice/y', severity: 'hint', message: 'It might be better.', path: '/etc/os-release', line: 1 },
  ],
  plan: {
    outcome: 'attached',
    profile: 'default',
    units: ['hello.service', 'hello.socket'],
    files: [
      { path: '/run/systemd/system.attached/hello.service', kind: 'file', from: 'unit' },
      {
        path: '/run/systemd/system.attached/hello.service.d/20-portable.conf',
        kind: 'file',
        from: 'portabled',
        text: '[Service]\nRootImage=/x\n',
      },
    ],
    unknown: ['whether the host has units of these names already'],
  },
  systemd: 257,
  source: 'host build-vm',
};

/** Attached to the active host, one unit failed; another host is not connected, a third does not answer. */
export const sample: Report = {
  facts,
  sizes: {
    parts: [
      { path: '/usr/lib', kind: 'below', bytes: 6_000_000, files: 80 },
      { path: '/usr/bin', kind: 'below', bytes: 3_000_000, files: 12 },
      { path: '/', kind: 'rest', bytes: 1_000_000, files: 9 },
    ],
    ...{ total: 10_000_000, files: 101, partial: true },
  },
  hosts: [
    {
      ...{ name: 'build-vm', active: true, own: false, systemd: '257.13-1~deb13u1' },
      on: {
        kind: 'known',
        state: {
          ...{ attached: true, hostPath: '/run/portables/hello_1.0.raw', runtime: true, running: true, profile: 'strict' },
          units: [
            { name: 'hello.service', active: 'active', sub: 'running', since: now - 200_000 },
            { name: 'hello.socket', active: 'failed', sub: 'failed', result: 'resources' },
          ],
        },
        changes: [{ type: 'copy', path: '/run/systemd/system.attached/hello.service', source: '/usr/lib/systemd/system/hello.service' }],
        files: ['/run/systemd/system.attached/hello.service.d/20-portable.conf'],
      },
    },
    { name: 'pi', active: false, own: false, on: { kind: 'not-connected' } },
    { name: 'nas', active: false, own: false, systemd: '252', on: { kind: 'failed', text: 'nas did not answer.' } },
  ],
  trusted: true,
};

/** The same with another text in the place of each that comes from an image or a host. Kinds and numbers stay. */
export function withTexts(report: Report, text: string): Report {
  const kept = new Set(['kind', 'severity', 'outcome', 'active', 'from', 'verity', 'reason', 'source']);
  const change = (value: unknown, key = ''): unknown => {
    if (typeof value === 'string') return kept.has(key) ? value : text;
    if (Array.isArray(value)) return value.map(one => change(one, key));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [key === 'osRelease' ? text : name, change(one, name)]));
  };
  return change(report) as Report;
}
