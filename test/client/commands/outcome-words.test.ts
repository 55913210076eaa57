import { expect, test } from 'vitest';
import { attachedWords, deployedWords } from '../../../client/src/commands/outcome-words.ts';
import type { DeployOutcome, UnitState } from '../../../client/src/hosts/contract.ts';
import { image } from '../common/fake-host.ts';

const host = { name: 'build-vm' };
const runs: UnitState = { name: 'hello.service', active: 'active', sub: 'running' };
const outcome: DeployOutcome = { how: 'attached', copied: true, restarted: [], changes: [], hostPath: '/run/portables/x', started: [] };

test.each<[string, Partial<DeployOutcome>, string]>([
  ['attached and started', { started: [runs] }, 'hello 1.0 is deployed to build-vm and started.'],
  ['attached without a start', {}, 'hello 1.0 is deployed to build-vm; nothing was started.'],
  ['swapped in', { how: 'reattached', restarted: ['hello.service'] }, 'hello 1.0 is deployed to build-vm; restarted: hello.service.'],
  ['swapped in, nothing ran', { how: 'reattached' }, 'hello 1.0 is deployed to build-vm; nothing had to be restarted.'],
  ['the same as before', { how: 'unchanged' }, 'hello 1.0 is on build-vm as it is here; nothing had to be restarted.'],
])('deployed: %s', (_, change, words) => expect(deployedWords(host, image(), { ...outcome, ...change })).toBe(words));

test('attached: told as started only where something was', () => {
  expect(attachedWords(host, image(), { started: [runs] })).toBe('hello 1.0 is attached to build-vm and started.');
  expect(attachedWords(host, image(), { started: [] })).toBe('hello 1.0 is attached to build-vm; nothing was started.');
});
