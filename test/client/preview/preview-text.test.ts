// The documents of Preview Attach and Preview Detach, with hostile images and hosts, too.
import { describe, expect, test } from 'vitest';
import { systemPlaces } from '../../../client/src/hosts/on-host/places.ts';
import { attachPreview, codeBlock, detachPreview } from '../../../client/src/preview/preview-text.ts';
import { profilePaths, readHeads } from '../../../client/src/preview/profile-on-host.ts';
import type { PlanResult } from '../../../server/src/protocol.ts';

const of = { image: 'hello 1.0', host: 'build-vm', profile: 'default' };
const preview = (result: PlanResult, replaces = false, profileMissing = false) =>
  attachPreview(of, { result, hostPath: '/run/portables/x', copied: false, replaces, profileMissing });

describe('attach', () => {
  test('every file with its content and origin', () => {
    const text = preview({
      outcome: 'attached',
      units: ['hello.service'],
      files: [
        { path: '/run/systemd/system.attached/hello.service', kind: 'file', from: 'unit', text: '[Service]\nExecStart=/a\n' },
        {
          path: '/run/systemd/system.attached/hello.service.d/10-profile.conf',
          kind: 'link',
          from: 'profile',
          source: '/usr/lib/p/service.conf',
        },
      ],
      failing: [],
      unknown: ['what the profile own is'],
    });
    expect(text).toContain('# Attach hello 1.0 to build\\-vm\n');
    expect(text).toContain('portabled would attach it, under the profile default.');
    expect(text).toContain('- hello.service\n');
    expect(text).toContain('```ini\n[Service]\nExecStart=/a\n```');
    expect(text).toContain('the profile: a link to /usr/lib/p/service.conf');
    expect(text).toContain('## Not known beforehand\n\n- what the profile own is');
    expect(text.indexOf('## Units that are attached')).toBeLessThan(text.indexOf('## Files that are written on build\\-vm'));
  });

  test('taking the place of what is attached', () => {
    expect(preview({ outcome: 'attached', units: [], files: [], failing: [], unknown: [] }, true)).toContain(
      'The image is attached already',
    );
  });

  test('what runs in its place, what goes, and who needs that', () => {
    const written = '/run/systemd/system.attached/hello.service';
    const files = [{ path: written, kind: 'file', from: 'unit', text: '[Service]\n' }] as const;
    const result: PlanResult = { outcome: 'attached', units: ['hello.service', 'hello@.service'], files, failing: [], unknown: [] };
    const from = '/run/portables/x';
    const replaced = {
      units: [
        { name: 'hello.service', from, active: 'active' },
        { name: 'hello@one.service', from, active: 'active' },
        { name: 'hello@.service', from, active: 'inactive' },
        { name: 'hello-old.service', from, active: 'active' },
        { name: 'hello-idle.timer', from, active: 'inactive' },
      ],
      dependents: [{ name: 'web.service', needs: 'hello-old.service', stops: true }],
      files: ['/run/systemd/system.attached/hello-old.service', written],
    };
    const text = attachPreview(of, { result, hostPath: from, copied: true, replaces: true, replaced, profileMissing: false });
    expect(text).toContain(
      '## Units that go\n\n- hello\\-old.service: it is stopped \\(active now\\)\n- hello\\-idle.timer: it does not run\n',
    );
    expect(text).toContain(
      '## Units that stay\n\n- hello.service\\: it is restarted if this image changes it \\(active now\\)\n- hello\\@one.service',
    );
    expect(text).toContain('- web.service stops with hello\\-old.service');
    expect(text).toContain('## Files that are removed\n\n- /run/systemd/system.attached/hello\\-old.service\n\n##');
    expect(text.indexOf('Units that go')).toBeLessThan(text.indexOf('## Units that are attached\n'));
    expect(text).toContain('## Not known beforehand\n\n- whether the copy that is attached is used again');
  });

  test('a copy, whose name is made when it is brought', () => {
    const result: PlanResult = { outcome: 'attached', units: [], files: [], failing: [], unknown: [] };
    const hostPath = '/run/portables/.#versions/hello_...';
    const text = attachPreview(of, { result, hostPath, copied: true, replaces: false, profileMissing: false });
    expect(text).toContain('## Not known beforehand\n\n- what stands for the dots in the name of the copy');
    expect(preview(result)).not.toContain('Not known beforehand');
  });

  test('units that will be there and cannot start', () => {
    const failing = [{ units: ['hello.service'], why: 'systemd takes the % for a specifier.', advice: 'Rename <it>.' }];
    const text = preview({ outcome: 'attached', units: ['hello.service'], files: [], failing, unknown: [] });
    expect(text).toContain('## Units that will not start\n\n- **hello.service**: systemd takes');
    expect(text).toContain('Rename \\<it\\>');
  });

  test('a profile that is not there', () => {
    const text = preview({ outcome: 'attached', units: [], files: [], failing: [], unknown: [] }, false, true);
    expect(text).toContain('**build\\-vm has no profile default\\: the units would run without a sandbox.**');
  });

  test('a refusal in both words, with the way to the file', () => {
    const refusal = { reason: 'no-id', what: 'There is no ID=.', theirs: 'lacks the ID field', advice: 'Add it.', file: '/w/os-release' };
    const text = preview({ outcome: 'refused', refusal });
    expect(text).toContain('**portabled would refuse it.** There is no ID\\=.');
    expect(text).toContain('The file\\: /w/os\\-release');
    expect(text).toContain('What portabled itself would say\\: lacks the ID field');
    const { file: _, ...elsewhere } = refusal;
    expect(preview({ outcome: 'refused', refusal: elsewhere })).not.toContain('The file');
  });

  test('what is not known is said so', () => {
    expect(preview({ outcome: 'unknown', why: 'corrupt: half of it is gone' })).toContain('It cannot be told');
    expect(attachPreview(of, undefined)).toContain('build\\-vm is not connected any more');
  });

  test('a hostile image makes no markup', () => {
    const evil = '](command:x) <img src=x> `\n# [y](z)';
    const text = preview({
      outcome: 'attached',
      units: [evil],
      files: [{ path: `/x/${evil}`, kind: 'file', from: 'unit', text: '```\n</code>\u001b[31m\u202e\n````\n# out' }],
      failing: [],
      unknown: [evil],
    });
    expect(text).not.toMatch(/(?<!\\)\]\(/);
    expect(text).not.toMatch(/(?<!\\)<img/);
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('\u202e');
    expect(text).toContain('`````ini\n```\n');
  });
});

test.each([
  ['a', '```\na\n```'],
  ['a\n', '```\na\n```'],
  ['', '```\n\n```'],
  ['````', '`````\n````\n`````'],
])('code block of %j', (text, block) => expect(codeBlock(text)).toBe(block));

test('detach: what stops, what goes, and what needs it', () => {
  const affected = {
    units: [
      { name: 'hello.service', from: '/run/portables/hello', active: 'active' },
      { name: 'hello.timer', from: '/run/portables/hello', active: 'inactive' },
      { name: 'hello-2.service', from: '/run/portables/hello_2', active: 'inactive' },
    ],
    dependents: [{ name: 'web.service', needs: 'hello.service', stops: true }],
    files: ['/run/systemd/system.attached/hello.service'],
  };
  const text = detachPreview({ image: 'hello', host: 'build-vm' }, '/run/portables/hello', affected);
  expect(text).toContain('- hello.service: it is stopped \\(active now\\)\n- hello.timer: it does not run\n');
  expect(text).toContain('It is of another image of this name\\: /run/portables/hello\\_2');
  expect(text).toContain('- web.service stops with hello.service');
  expect(text).toContain('## Files that are removed\n\n- /run/systemd/system.attached/hello.service\n');
  expect(text).not.toContain('the copy of the image');
  const copy = '/run/portables/.#versions/hello_00c0ffee-20261123T042512Z-0123456789-0123456789';
  expect(detachPreview({ image: 'hello', host: 'build-vm' }, copy, affected)).toContain('- the copy of the image, /run/portables/');
});

describe('the files of a profile, as head prints them', () => {
  const asked = profilePaths('own', systemPlaces);
  const etc = '/etc/systemd/portable/profile/own/service.conf';
  const lib = '/usr/lib/systemd/portable/profile/own/service.conf';
  test.each([
    ['', []],
    [`==> ${etc} <==\n[Service]\nA=b\n`, [[etc, '[Service]\nA=b\n']]],
    [
      `==> ${etc} <==\n[Service]\n\n==> ${lib} <==\nno end`,
      [
        [etc, '[Service]\n'],
        [lib, 'no end'],
      ],
    ],
    [`==> ${etc} <==\n`, [[etc, '']]],
    ['==> /etc/passwd <==\nroot\n', []],
  ])('%j', (printed, files) => expect(readHeads(printed, asked).map(({ path, text }) => [path, text])).toEqual(files));
});
