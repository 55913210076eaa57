// Hostile values: many wrong words in one line, many lines that belong together. Time stays in proportion; were it not, these took minutes.
import { expect, test } from 'vitest';
import { check } from '../../../server/src/rules/check.ts';
import { parseUnit } from '../../../server/src/unit/parse.ts';

const many = 20_000;
test.each([
  ['wrong words', `[Service]\nExecStart=/bin/a\nCapabilityBoundingSet=${'CAP_FOO '.repeat(many)}\n`, many],
  ['names that are none', `[Service]\nExecStart=/bin/a\n[Install]\nWantedBy=${'foo, '.repeat(many)}\n`, many],
  ['its own name', `[Unit]\nAfter=${'hello.service '.repeat(many)}\n[Service]\nExecStart=/bin/a\n`, many],
  ['commands', `[Service]\nType=oneshot\n${'ExecStart=/bin/a ; /bin/b\n'.repeat(many)}`, 0],
  ['words of a shell', `[Service]\nExecStart=/bin/a ${'> '.repeat(many)}\n`, 1],
])('%s', (_, text, found) => {
  const unit = { kind: 'service', role: 'unit', name: 'hello.service' } as const;
  expect(check({ tree: parseUnit(text), unit, target: { systemd: 262 } })).toHaveLength(found);
});
