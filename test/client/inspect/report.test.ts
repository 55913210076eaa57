import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { forMarkdown } from '../../../client/src/common/sinks.ts';
import { escapeHtml, html, nothing } from '../../../client/src/inspect/html.ts';
import { gatherHosts, type Report } from '../../../client/src/inspect/report.ts';
import { reportDocument } from '../../../client/src/inspect/report-document.ts';
import { type Place, reportPage, reportParts } from '../../../client/src/inspect/report-html.ts';
import { reportMarkdown } from '../../../client/src/inspect/report-markdown.ts';
import { connected, fakeHost, image, timedOut } from '../common/fake-host.ts';
import { now, sample, withTexts } from './sample-report.ts';

const inEditor: Place = { kind: 'editor', nonce: 'NONCE' };
const page = (report: Report, place: Place = inEditor) => reportPage(reportDocument(report, now), place);
const markdown = (report: Report) => reportMarkdown(reportDocument(report, now));
const golden = (name: string) => join(import.meta.dirname, name);

/** Texts that mean something to HTML, SVG, Markdown or whoever reads them. */
const hostile = [
  `"><script>alert(1)</script><img src=x onerror='x'>`,
  '</title></style></script></svg><iframe src=//evil.example>',
  '`](command:workbench.action.quit) ![x](https://evil.example/x) <https://evil.example> www.evil.example',
  '| a | b |\n# heading\n> quote\n- item\n```\n',
  '\u202egpj.exe\u2066\u0000\u001b[31m\u2028',
  `&lt;&#x3c;&nbsp;${'$'}{x}$(alert)`,
  "' autofocus onfocus='alert(1)",
];

describe('escaping', () => {
  test.each([
    ['<b>', '&lt;b&gt;'],
    ['a & b', 'a &amp; b'],
    [`"'\``, '&quot;&#39;&#96;'],
    ['&lt;', '&amp;lt;'],
    ['a\u0000b\u202ec\u2028d', 'a\u{fffd}b\u{fffd}c\u{fffd}d'],
    ['größe\n\t日本', 'größe\n\t日本'],
  ])('HTML and SVG: %j', (text, escaped) => expect(escapeHtml(text)).toBe(escaped));

  test.each([
    ['a|b', 'a\\|b'],
    ['[x](y)', '\\[x\\]\\(y\\)'],
    ['`a`\n# b', '\\`a\\` \\# b'],
    ['https://x www.x', 'https\\://x www\\.x'],
    ['<b>&amp;', '\\<b\\>\\&amp;'],
    ['1. a', '1\\. a'],
    ['a\u202eb', 'a\u{fffd}b'],
    ['größe 日本', 'größe 日本'],
  ])('Markdown: %j', (text, escaped) => expect(forMarkdown(text)).toBe(escaped));

  test('a template escapes every value that is not markup itself', () => {
    expect(html`<i>${'<b>'}</i>${5}${html`<u>${'&'}</u>`}${[html`<p>`, nothing]}`.markup).toBe('<i>&lt;b&gt;</i>5<u>&amp;</u><p>');
  });
});

describe('the page', () => {
  // UPDATE_GOLDEN=1 writes these anew
  test.each([
    ['report-html.golden.txt', page(sample, { kind: 'file' }).replace(/<style>.*<\/style>/s, '')],
    ['report-markdown.golden.txt', markdown(sample)],
  ])('%s', (name, text) => {
    if (process.env.UPDATE_GOLDEN || !existsSync(golden(name))) writeFileSync(golden(name), text);
    expect(text).toBe(readFileSync(golden(name), 'utf8'));
  });

  test('only its own style and script run in the editor, and none in a file', () => {
    const shown = page(sample);
    expect(shown).toContain(`content="default-src &#39;none&#39;; style-src &#39;nonce-NONCE&#39;; script-src &#39;nonce-NONCE&#39;"`);
    expect(shown.match(/<(style|script)[ >]/g)).toEqual(['<style ', '<script ']);
    const file = page(sample, { kind: 'file' });
    expect(file).not.toMatch(/<script|<button|data-do|href="(?!#)/);
    for (const text of [shown, file]) expect(text).not.toMatch(/https?:|url\(|@import| style=| on[a-z]+=/);
  });

  test('what it says of an image that cannot be read, without any host', () => {
    const { osRelease: _gone, ...bare } = image({ units: [], problem: 'corrupt: bad superblock' });
    const { plan: _none, ...facts } = sample.facts;
    const text = page({
      facts: { ...facts, image: bare, units: [], findings: [], counts: { error: 0, warning: 0, information: 0, hint: 0 } },
      hosts: [],
      trusted: false,
    });
    for (const part of ['None could be read', 'could not be read', 'No host is active', 'corrupt: bad superblock', 'Counting'])
      expect(text).toContain(part);
    expect(text).not.toContain('data-do="deploy"');
  });

  test('detached, not connected, and failed hosts', () => {
    const [first] = sample.hosts;
    if (!first) throw new Error('the sample has no host');
    const on = (host: Report['hosts'][number]['on']) => page({ ...sample, hosts: [{ ...first, on: host }] });
    expect(on({ kind: 'known', state: { attached: false }, changes: [], files: [] })).toContain('Not attached to build-vm.');
    expect(on({ kind: 'not-connected' })).toContain('build-vm is not connected');
    expect(on({ kind: 'failed', text: 'no' })).toContain('Its state on build-vm is unknown.');
  });

  test('refusals say why', () => {
    const plan = {
      outcome: 'refused',
      what: 'It has no ID=.',
      theirs: 'lacks the ID field',
      advice: 'Add one.',
      path: '/usr/lib/os-release',
    } as const;
    const text = page({ ...sample, facts: { ...sample.facts, plan } });
    for (const part of ['portabled would refuse', 'It has no ID=.', 'lacks the ID field', 'Add one.']) expect(text).toContain(part);
    // above all, and in the plan
    expect(text.match(/data-do="open" data-path="\/usr\/lib\/os-release" data-line="1"/g)).toHaveLength(2);
  });

  test('parts are what a page consists of', () => {
    const shown = page(sample);
    for (const { id, markup } of reportParts(reportDocument(sample, now))) {
      expect(shown).toContain(` id="${id}"`);
      expect(shown).toContain(markup);
    }
  });

  test('an identifier stands once', () => {
    const ids = [...page(sample).matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

/** What no reader sees, but lines and their order. */
const invisible = /[^\P{C}\n]|\u2028/u;

describe.each(hostile)('hostile text %j', text => {
  const evil = withTexts(sample, text);
  const harmless = withTexts(sample, 'plain');

  test.each([['editor', inEditor] as const, ['file', { kind: 'file' }] as const])('stays text in HTML and SVG: %s', (_, place) => {
    // labels of a treemap are left out where they do not fit
    const bare = (markup: string) => markup.replaceAll(/"[^"]*"/g, '""').replaceAll(/<text[^>]*>[^<]*<\/text>/g, '');
    const tags = (markup: string) => bare(markup).match(/<\/?[a-z][^>]*>/gi);
    const [bad, good] = [page(evil, place), page(harmless, place)];
    expect(tags(bad)).toEqual(tags(good));
    expect(bad).not.toMatch(invisible);
  });

  test('stays text in Markdown', () => {
    const [bad, good] = [markdown(evil), markdown(harmless)];
    const lines = (text: string) => text.split('\n').filter(line => !line.startsWith('> '));
    expect(lines(bad).length).toBe(lines(good).length);
    const bare = bad.replaceAll(/\\[!-/:-@[-`{-~]/g, '');
    expect(bare).not.toMatch(/[`<\]]|www\.|https?:/);
    expect(bad).not.toMatch(invisible);
  });
});

describe('gathering', () => {
  test('only hosts that are connected are asked', async () => {
    const idle = fakeHost();
    const dead = fakeHost({ kind: 'container', name: 'pi', pidFile: '/p' });
    dead.become({ state: 'unreachable', error: timedOut });
    expect(await gatherHosts(image(), [idle, dead], idle)).toEqual([
      { name: 'build-vm', active: true, own: false, on: { kind: 'not-connected' } },
      {
        name: 'pi',
        active: false,
        own: false,
        on: { kind: 'failed', text: 'pi cannot be reached: connection timed out. Check that it is up.' },
      },
    ]);
    expect([...idle.calls, ...dead.calls]).toEqual([]);
  });

  test('changes and files come from the host, and what it refuses is told', async () => {
    const host = fakeHost();
    host.become(connected);
    host.states.set('/work/hello', { attached: true, hostPath: '/x', runtime: true, running: true, units: [] });
    const changes = [{ type: 'copy', path: '/a', source: '/b' }];
    const told = { ...host, status: connected, attachedFiles: async () => ['/a'], lastChanges: () => changes };
    expect(await gatherHosts(image(), [told], told)).toMatchObject([
      { systemd: '257.13-1~deb13u1', on: { kind: 'known', files: ['/a'], changes } },
    ]);
    const refusing = { ...told, attachedFiles: () => Promise.reject(timedOut) };
    expect(await gatherHosts(image(), [refusing], undefined)).toMatchObject([{ active: false, on: { kind: 'failed' } }]);
  });
});
