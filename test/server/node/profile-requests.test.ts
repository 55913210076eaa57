/** What an editor is answered about open units under their profile. */
import { expect, test } from 'vitest';
import { diagnosticsOf } from '../../../server/src/features/diagnostics.ts';
import { judgeUnit } from '../../../server/src/features/judge.ts';
import { profileRequests } from '../../../server/src/node/profile-requests.ts';
import type { Target } from '../../../server/src/rules/rule.ts';

const uri = 'file:///x/hello/usr/lib/systemd/system/hello.service';
const inTree = {
  root: '/x/hello',
  name: 'hello',
  release: { ID: 'hello', VERSION_ID: '1.0' },
  units: ['hello.service'],
  distribution: false,
  mountPoints: true,
  beside: () => [],
};
const text = '[Unit]\nDescription=x\n\n[Service]\nExecStart=/usr/bin/hello\nUser=root\n';
const judged = (target: Target) => judgeUnit({ text, unit: { kind: 'service', role: 'unit', name: 'hello.service' }, inTree }, target);
const systemd: Target = { systemd: 257 };
const mine = { name: 'mine', text: '[Service]\nPrivateNetwork=yes\n', uri: 'file:///x/portable/profile/mine/service.conf' };

test('the same target and profile are the same object', () => {
  const requests = profileRequests();
  expect(requests.withProfile(systemd)).toBe(requests.withProfile(systemd));
  expect(requests.withProfile(systemd)).toEqual({ systemd: 257, profile: { name: 'default' } });
  const before = requests.withProfile(systemd);
  requests.said({ chosen: 'mine', profiles: [mine] });
  expect(requests.withProfile(systemd)).not.toBe(before);
  expect(requests.withProfile(systemd).profile).toEqual(mine);
  expect(requests.withProfile(systemd, { name: 'strict' }).profile).toEqual({ name: 'strict' });
});

test.each([[undefined], [{}], [{ chosen: 1, profiles: [] }], [{ chosen: 'a', profiles: [{}] }]])('%j says nothing of profiles', params => {
  expect(() => profileRequests().said(params)).toThrow('names no profile');
});

test('the effective unit names what it is made from', () => {
  const requests = profileRequests();
  requests.said({ chosen: 'mine', profiles: [mine] });
  const target = requests.withProfile(systemd);
  const shown = requests.effective(judged(target), { uri }, target);
  expect(shown).toMatchObject({ name: 'hello.service', profile: 'mine', profileKnown: true, systemd: 257 });
  expect(shown?.files.map(({ origin, uri: place }) => [origin, place])).toEqual([
    ['unit', uri],
    ['profile', mine.uri],
    ['portabled', undefined],
  ]);
  expect(shown?.text).toContain('\nRootDirectory=/x/hello\n');
  const strict = requests.effective(judged(target), { uri, profile: 'strict' }, target);
  expect(strict?.text).toContain('\nTasksMax=4\n');
  const unknown = requests.effective(judged(target), { uri, profile: 'nobodys' }, target);
  expect([unknown?.profileKnown, unknown?.files.length]).toEqual([false, 2]);
});

test('the exposure under the chosen profile, and under the others', () => {
  const requests = profileRequests();
  const target = requests.withProfile(systemd);
  const told = requests.exposure(judged(target), { uri, profile: 'strict' }, target);
  expect(told).toMatchObject({ profile: 'strict', systemd: 257 });
  expect(told?.others.map(({ profile }) => profile)).toEqual(['default', 'nonetwork', 'strict', 'trusted', 'unit alone']);
  expect(told?.others.find(({ profile }) => profile === 'strict')?.printed).toBe(told?.exposure);
});

test('the text of profiles', () => {
  const requests = profileRequests();
  requests.said({ chosen: 'default', profiles: [mine] });
  expect(requests.text({ name: 'mine', systemd: 257 })).toEqual({ text: mine.text });
  expect(requests.text({ name: 'trusted', systemd: 247 })?.text).not.toContain('PrivateTmp=');
  expect(requests.text({ name: '../trusted', systemd: 257 })).toBeNull();
});

test('what lowers the exposure is offered at [Service] only', () => {
  const requests = profileRequests();
  const target = requests.withProfile(systemd);
  const at = (line: number) => ({ start: { line, character: 0 }, end: { line, character: 0 } });
  expect(requests.tightenings(judged(target), uri, at(4), target)).toEqual([]);
  const [first] = requests.tightenings(judged(target), uri, at(3), target);
  expect(first).toMatchObject({ kind: 'refactor.rewrite', title: expect.stringMatching(/^Add \w+=/) });
});

test('a finding leads to the line of the profile', () => {
  const target = profileRequests().withProfile(systemd);
  const unit = judged(target);
  const related = diagnosticsOf(unit, () => undefined, true).flatMap(({ relatedInformation = [] }) => relatedInformation);
  expect(related.map(({ location, message }) => [location.uri, message])).toEqual([
    ['portable-profile:/portable/profile/default/service.conf?257', 'DynamicUser=yes in the profile default'],
  ]);
  expect(diagnosticsOf(unit, () => undefined).some(({ relatedInformation }) => relatedInformation)).toBe(false);
});

test('the drop-ins of the host stand where its systemd reads them, and count', () => {
  const requests = profileRequests();
  const own = { path: '/etc/systemd/system/hello.service.d/15-own.conf', text: '[Service]\nPrivateNetwork=no\n' };
  const closed = { path: '/usr/lib/systemd/system/service.d/90-closed.conf' };
  const foreign = { path: '/etc/systemd/system/other.service.d/x.conf', text: '[Service]\nUser=x\n' };
  const said = { name: 'vm', scope: 'system', architecture: 'arm64', dropIns: [closed, foreign, own] };
  const unknown = requests.withProfile(systemd, { name: 'nonetwork' });
  expect(requests.effective(judged(unknown), { uri }, unknown)).not.toHaveProperty('host');
  const exposed = requests.exposure(judged(unknown), { uri }, unknown);

  requests.saidOfHost({ host: said });
  const target = requests.withProfile(systemd, { name: 'nonetwork' });
  expect(target).toMatchObject({ architecture: 'arm64', host: { name: 'vm' } });
  const shown = requests.effective(judged(target), { uri }, target);
  expect(shown?.host).toBe('vm');
  expect(shown?.files.map(({ origin, path, unreadable }) => [origin, path.split('/').at(-1), unreadable])).toEqual([
    ['unit', 'hello.service', undefined],
    ['profile', '10-profile.conf', undefined],
    ['host', '15-own.conf', undefined],
    ['portabled', '20-portable.conf', undefined],
    ['host', '90-closed.conf', true],
  ]);
  const counts = shown?.lines.filter(({ fate }) => fate === 'replaced').map(({ by }) => by !== undefined && shown.text.split('\n')[by]);
  expect(counts).toContain('PrivateNetwork=no');
  expect(Number(requests.exposure(judged(target), { uri }, target)?.exposure)).toBeGreaterThan(Number(exposed?.exposure));

  requests.saidOfHost({ host: { ...said, scope: 'user' } });
  const ofUser = requests.withProfile(systemd, { name: 'nonetwork' });
  expect(requests.effective(judged(ofUser), { uri }, ofUser)).not.toHaveProperty('host');
  requests.saidOfHost({});
  expect(requests.withProfile(systemd)).not.toHaveProperty('host');
});
