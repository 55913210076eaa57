import { describe, expect, test } from 'vitest';
import type { ImageState } from '../../../client/src/hosts/contract.ts';
import { escapeHtml, html, nothing } from '../../../client/src/inspect/html.ts';
import { gatherReport, type Report } from '../../../client/src/inspect/report.ts';
import { reportPage } from '../../../client/src/inspect/report-html.ts';
import { connected, fakeHost, image, timedOut } from '../common/fake-host.ts';

const evil = `"><script>alert(1)</script><img src=x onerror='x'>\`\u202e\u0000`;
const now = 1_000_000_000;
const page = (report: Partial<Report>) =>
  reportPage({ image: image(), onHost: { kind: 'no-host' }, changes: [], files: [], problems: [], ...report }, 'NONCE', now);

describe('escaping', () => {
  test.each([
    ['<b>', '&lt;b&gt;'],
    ['a & b', 'a &amp; b'],
    [`"'\``, '&quot;&#39;&#96;'],
    ['&lt;', '&amp;lt;'],
    ['a\u0000b\u202ec\u2028d', 'a\u{fffd}b\u{fffd}c\u{fffd}d'],
    ['größe\n\t日本', 'größe\n\t日本'],
  ])('%j', (text, escaped) => expect(escapeHtml(text)).toBe(escaped));

  test('a template escapes every value that is not markup itself', () => {
    expect(html`<i>${'<b>'}</i>${5}${html`<u>${'&'}</u>`}${[html`<p>`, nothing]}`.markup).toBe('<i>&lt;b&gt;</i>5<u>&amp;</u><p>');
  });
});

describe('the page', () => {
  const attached: ImageState = {
    attached: true,
    hostPath: '/run/portables/hello_1',
    runtime: true,
    running: true,
    profile: 'strict',
    units: [
      { name: 'hello.service', active: 'active', sub: 'running', since: now - 200_000 },
      { name: 'hello.socket', active: 'failed', sub: 'failed', result: 'resources' },
    ],
  };
  const host = fakeHost();
  host.become(connected);

  test('without a host it says what the image says', () => {
    const text = page({});
    for (const part of ['hello 1.0', '/work/hello', 'No host is active', 'PRETTY_NAME', 'Hello', 'hello.service', '<td>unknown</td>'])
      expect(text).toContain(part);
    expect(text).not.toContain('On build-vm');
  });

  test('detached on a host', () => {
    const text = page({ onHost: { kind: 'known', host, state: { attached: false } } });
    for (const part of ['Not attached to build-vm.', '<td>not attached</td>']) expect(text).toContain(part);
  });

  test('attached: the host, the states, the exact changes', () => {
    const text = page({
      onHost: { kind: 'known', host, state: attached },
      changes: [
        { type: 'copy', path: '/run/systemd/system.attached/hello.service', source: '/usr/lib/systemd/system/hello.service' },
        { type: 'frobnicate', path: '/x', source: '' },
      ],
      files: ['/run/systemd/system.attached/hello.service.d/20-portable.conf'],
    });
    for (const part of [
      'Attached to build-vm until its next reboot.',
      '257.13-1~deb13u1',
      '/run/portables/hello_1',
      'strict',
      'active for 3 min',
    ])
      expect(text).toContain(part);
    expect(text).toContain('<div class="bad">failed: resources</div>');
    expect(text).toContain('<td>copied</td><td><code>/run/systemd/system.attached/hello.service</code></td>');
    expect(text).toContain('frobnicate');
    expect(text).toContain('20-portable.conf');
  });

  test('an image without os-release or units, and a host that does not answer', () => {
    const { osRelease: _gone, ...bare } = image({ units: [] });
    const text = page({ image: bare, onHost: { kind: 'failed', host, failure: timedOut }, problems: ['corrupt: bad superblock'] });
    for (const part of ['portabled refuses to attach it', 'No unit was found', 'is unknown', 'corrupt: bad superblock'])
      expect(text).toContain(part);
  });

  test('no script and no source but its own style', () => {
    const text = page({});
    expect(text).toContain(`content="default-src &#39;none&#39;; style-src &#39;nonce-NONCE&#39;"`);
    expect(text).not.toMatch(/<script|https?:/);
    expect(text.match(/<style/g)).toHaveLength(1);
  });

  test('hostile texts of image and host stay text, wherever they stand', () => {
    const facts = image({
      path: evil,
      name: evil,
      version: evil,
      fileSystem: evil,
      prefix: evil,
      osRelease: { [evil]: evil },
      units: [
        { name: evil, path: evil, attachable: true },
        { name: `${evil}@.service`, path: evil, attachable: false },
      ],
    });
    const wicked = fakeHost({ kind: 'container', name: evil, pidFile: '/x' });
    wicked.become({ state: 'connected', systemd: { major: 257, full: evil }, portabled: true });
    const state: ImageState = {
      ...attached,
      hostPath: evil,
      profile: evil,
      units: [{ name: evil, active: evil, sub: evil, result: evil }],
    };
    const text = page({
      image: facts,
      onHost: { kind: 'known', host: wicked, state },
      changes: [{ type: evil, path: evil, source: evil }],
      files: [evil],
      problems: [evil],
    });
    for (const part of ['<script', '<img', '\u202e', '\u0000']) expect(text).not.toContain(part);
    // every tag of the page is one that a page of a harmless image has
    const tags = (markup: string) => new Set(markup.match(/<[a-z0-9]+/g));
    const harmless = page({
      onHost: { kind: 'known', host, state: attached },
      changes: [{ type: 'copy', path: 'a', source: 'b' }],
      files: ['a'],
      problems: ['a'],
    });
    expect([...tags(text)].filter(tag => !tags(harmless).has(tag))).toEqual([]);
  });
});

describe('gathering', () => {
  const state: ImageState = { attached: true, hostPath: '/x', runtime: true, running: true, units: [] };

  test('detached or without a host, no host is asked', async () => {
    const host = fakeHost();
    expect(await gatherReport(image(), { kind: 'no-host' })).toMatchObject({ files: [], changes: [], problems: [] });
    await gatherReport(image(), { kind: 'known', host, state: { attached: false } });
    expect(host.calls).toEqual([]);
  });

  test('what the host refuses is among the problems', async () => {
    const host = { ...fakeHost(), attachedFiles: () => Promise.reject(timedOut) };
    const report = await gatherReport(image({ problem: 'not allowed: some files' }), { kind: 'known', host, state });
    expect(report.problems).toEqual(['not allowed: some files', 'pi cannot be reached: connection timed out. Check that it is up.']);
  });

  test('changes and files come from the host', async () => {
    const changes = [{ type: 'copy', path: '/a', source: '/b' }];
    const host = { ...fakeHost(), attachedFiles: async () => ['/a'], lastChanges: () => changes };
    expect(await gatherReport(image(), { kind: 'known', host, state })).toMatchObject({ files: ['/a'], changes, problems: [] });
  });
});
