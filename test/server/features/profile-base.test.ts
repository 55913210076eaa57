// What an editor shows of a profile beside those that systemd brings.
import { describe, expect, test } from 'vitest';
import { hoverOf } from '../../../server/src/features/hover.ts';
import { inlayHintsOf } from '../../../server/src/features/inlay-hints.ts';
import { judgeUnit } from '../../../server/src/features/judge.ts';
import { shippedProfile, shippedProfiles } from '../../../server/src/portable/profiles.ts';
import { unitFileOf } from '../../../server/src/unit/unit-file.ts';

const systemd = 262;
const path = '/w/portable/profile/mine/service.conf';
const judged = (text: string, at = path) => judgeUnit({ text, unit: unitFileOf(at) ?? { role: 'unit' } }, { systemd });
const everything = { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } };

/** `line: hint` of each hint, with what stands before it. */
const hints = (text: string, at = path, range = everything) =>
  inlayHintsOf(judged(text, at), range, systemd).map(
    ({ position, label }) => `${text.split('\n')[position.line]?.slice(0, position.character)} <- ${String(label)}`,
  );
const base = shippedProfile('default', systemd);

describe('behind the lines of a profile', () => {
  test.each(shippedProfiles)('nothing, where it is %s', name => expect(hints(shippedProfile(name, systemd))).toEqual([]));

  test.each<readonly [what: string, text: string, said: readonly string[]]>([
    ['another value', base.replace('ProtectHome=yes', 'ProtectHome=no'), ['ProtectHome=no <- default: yes']],
    ['a directive of its own', `${base}PrivateNetwork=yes\n`, ['PrivateNetwork=yes <- not in default']],
    [
      'one that it lacks',
      base.replace('PrivateUsers=yes\n', '').replace('RestrictRealtime=yes\n', ''),
      ['[Service] <- default also sets PrivateUsers=, RestrictRealtime='],
    ],
    [
      'a list that it goes on with, at its last line',
      `${base}RestrictAddressFamilies=AF_VSOCK\n`,
      ['RestrictAddressFamilies=AF_VSOCK <- default: AF_UNIX AF_NETLINK AF_INET AF_INET6'],
    ],
  ])('%s', (_, text, said) => expect(hints(text)).toEqual(said));

  test('only where somebody looks', () => {
    const text = `${base}PrivateNetwork=yes\n`;
    const first = { start: { line: 0, character: 0 }, end: { line: 3, character: 0 } };
    expect(hints(text, path, first)).toEqual([]);
  });

  test('and nowhere else', () => {
    expect(hints('[Service]\nProtectHome=no\n', '/w/usr/lib/systemd/system/x.service')).toEqual([]);
    expect(hints('[Socket]\nBacklog=1\n', path.replace('service.conf', 'socket.conf'))).toEqual([]);
  });
});

test.each<readonly [key: string, shown: string]>([
  ['ProtectHome', 'In the profiles that systemd 262 brings:\n\n- default, nonetwork, strict: yes'],
  ['CapabilityBoundingSet', 'strict: emptied'],
  ['PrivateMounts', 'No profile that systemd 262 brings sets it.'],
])('hovering %s in a profile tells of the others', (key, shown) => {
  const text = `[Service]\n${key}=\n`;
  const shownIn = (at: string) => {
    const hover = hoverOf(judged(text, at), text.indexOf(key) + 1, { systemd });
    const contents = hover?.contents;
    return typeof contents === 'object' && 'value' in contents ? contents.value.replace(/\\(.)/g, '$1') : '';
  };
  expect(shownIn(path)).toContain(shown);
  expect(shownIn('/w/usr/lib/systemd/system/x.service')).not.toContain('profile');
});
