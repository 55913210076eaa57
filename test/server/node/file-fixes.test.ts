// Quick fixes that make, rename and remove files, chosen in an editor and carried out on the disk: what they put right is gone, and nothing is new.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { shippedProfile } from '../../../server/src/portable/profiles.ts';

import { apply, openAll, type World } from './editor-on-disk.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-fixes-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

type Files = Readonly<Record<string, string>>;
function write(files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    const place = join(folder, path);
    mkdirSync(dirname(place), { recursive: true });
    if (text.startsWith('-> ')) symlinkSync(text.slice(3), place);
    else writeFileSync(place, text);
    if (text.startsWith('#!')) chmodSync(place, 0o755);
  }
}
const system = 'usr/lib/systemd/system';
const service = '[Service]\nExecStart=/usr/bin/hello\n';
const program = { 'usr/bin/hello': '#!/usr/bin/hello\n' };
const image = (name: string, prefixes: string, units: Files): Files => ({
  [`${name}/usr/lib/os-release`]: `ID=hello\nPORTABLE_PREFIXES=${prefixes}\n`,
  ...Object.fromEntries(Object.entries(units).map(([unit, text]) => [`${name}/${unit.includes('/') ? unit : `${system}/${unit}`}`, text])),
});

interface Case extends World {
  readonly files: Files;
  readonly at: string;
  readonly code: string;
  readonly title: string;
  /** Findings that the fix takes along, where it takes more than its own. */
  readonly also?: readonly string[];
  /** What is there afterwards: the text of files, or undefined for none. */
  readonly leaves?: Readonly<Record<string, string | undefined>>;
  /** Findings of what it renamed bear the new path. */
  readonly moved?: readonly [from: string, to: string];
}

const alone = image('hello', 'hello', { 'hello.service': service });
const beside = image('hello', 'hello', {
  'hello.service': '[Unit]\nAfter=hello.socket\n\n[Service]\nExecStart=/usr/bin/hello\n\n[Install]\nAlso=hello.socket hello.timer\n',
  'usr/lib/systemd/system/hello.service.d/more.conf': '[Service]\nNice=5\n',
  'hello.timer': '[Timer]\nOnCalendar=daily\n',
  'hello.socket': '[Unit]\nBefore=hello.service\n\n[Socket]\nListenStream=/run/hello.sock\n',
  'hello-other.service':
    '[Unit]\nWants=hello-x.service \\\n  hello.service\nAfter=hello.service hello-x.service\n\n[Service]\nExecStart=/usr/bin/hello\n',
  'hello-x.service': service,
});
const cases: readonly (readonly [name: string, one: Case])[] = [
  [
    'a slice is deleted',
    {
      files: { ...alone, ...image('hello', 'hello', { 'hello.slice': '[Slice]\nMemoryMax=1G\n' }) },
      ...{ at: `hello/${system}/hello.slice`, code: 'portable/left-behind-type', title: 'Delete hello.slice' },
      leaves: { [`hello/${system}/hello.slice`]: undefined },
    },
  ],
  [
    'an empty unit is deleted',
    {
      files: { ...alone, ...image('hello', 'hello', { 'hello-later.service': '' }) },
      ...{ at: `hello/${system}/hello-later.service`, code: 'portable/empty-unit', title: 'Delete hello-later.service' },
    },
  ],
  ...(
    [
      ['hello-all.target', '[Unit]\nDescription=hello-all\n'],
      ['hello.timer', '[Timer]\nOnCalendar=daily\n'],
      ['hello.socket', '[Socket]\nListenStream=/run/hello.sock\n'],
    ] as const
  ).map(
    ([name, text]) =>
      [
        `an empty ${name} is begun`,
        {
          files: { ...alone, ...image('hello', 'hello', { [name]: '' }) },
          ...{ at: `hello/${system}/${name}`, code: 'portable/empty-unit', title: `Write a ${name.split('.')[1]}` },
          leaves: { [`hello/${system}/${name}`]: text },
        },
      ] as const,
  ),
  [
    'an empty service is begun where the image has its program',
    {
      files: image('hello', 'hello', { 'hello.service': '', ...program }),
      ...{ at: `hello/${system}/hello.service`, code: 'portable/empty-unit', title: 'Write a service' },
      leaves: { [`hello/${system}/hello.service`]: service },
    },
  ],
  [
    'a file of a profile that nobody reads is deleted',
    {
      files: {
        'portable/profile/own/service.conf': '[Service]\nNice=1\n',
        'portable/profile/own/mount.conf': '[Mount]\nReadWriteOnly=yes\n',
      },
      ...{ at: 'portable/profile/own/mount.conf', code: 'portable/useless-profile', title: 'Delete mount.conf' },
    },
  ],
  ...(
    [
      ['hello app_1.0', 'hello', 'hello_1.0', ['portable/prefixes-miss-name']],
      ['hello_50%', 'hello', 'hello_50', []],
      ['hello_ü:1', 'hello', 'hello_u-1', []],
      ["hello'", 'hello', 'hello', ['portable/prefixes-miss-name']],
    ] as const
  ).map(([name, prefixes, better, also]): readonly [string, Case] => [
    `the image ${name} is renamed`,
    {
      files: image(name, prefixes, { 'hello.service': service }),
      ...{ at: `${name}/usr/lib/os-release`, code: 'portable/bad-image-name', title: `Rename the image to ${better}` },
      also: also.map(code => `${name}/usr/lib/os-release: ${code}`),
      moved: [`${name}/`, `${better}/`],
    },
  ]),
  [
    'a service that the host has is renamed, and all that name it follow',
    {
      files: beside,
      host: ['hello.service'],
      ...{ at: `hello/${system}/hello.service`, code: 'portable/unit-on-host', title: 'Rename to hello-2.service' },
      leaves: {
        [`hello/${system}/hello.service`]: undefined,
        [`hello/${system}/hello.service.d/more.conf`]: undefined,
        [`hello/${system}/hello-2.service.d/more.conf`]: '[Service]\nNice=5\n',
        [`hello/${system}/hello.timer`]: '[Timer]\nUnit=hello-2.service\nOnCalendar=daily\n',
        [`hello/${system}/hello.socket`]:
          '[Unit]\nBefore=hello-2.service\n\n[Socket]\nService=hello-2.service\nListenStream=/run/hello.sock\n',
        [`hello/${system}/hello-other.service`]:
          '[Unit]\nWants=hello-x.service \\\n  hello-2.service\nAfter=hello-2.service hello-x.service\n\n[Service]\nExecStart=/usr/bin/hello\n',
      },
      moved: [`${system}/hello.service`, `${system}/hello-2.service`],
    },
  ],
  [
    'a socket that the host has is renamed, and starts the same service',
    {
      files: beside,
      host: ['hello.socket'],
      ...{ at: `hello/${system}/hello.socket`, code: 'portable/unit-on-host', title: 'Rename to hello-2.socket' },
      leaves: {
        [`hello/${system}/hello-2.socket`]:
          '[Unit]\nBefore=hello.service\n\n[Socket]\nService=hello.service\nListenStream=/run/hello.sock\n',
        [`hello/${system}/hello.service`]:
          '[Unit]\nAfter=hello-2.socket\n\n[Service]\nExecStart=/usr/bin/hello\n\n[Install]\nAlso=hello-2.socket hello.timer\n',
      },
      moved: [`${system}/hello.socket`, `${system}/hello-2.socket`],
    },
  ],
  [
    'a template and its instances',
    {
      files: image('hello', 'hello', { 'hello@.service': service, 'hello.target': '[Unit]\nWants=hello@a.service\n' }),
      host: ['hello@.service'],
      ...{ at: `hello/${system}/hello@.service`, code: 'portable/unit-on-host', title: 'Rename to hello-2@.service' },
      leaves: { [`hello/${system}/hello.target`]: '[Unit]\nWants=hello-2@a.service\n' },
      moved: [`${system}/hello@.service`, `${system}/hello-2@.service`],
    },
  ],
  [
    'a unit that another image has is renamed after its own',
    {
      files: { ...alone, ...image('greeter', '"greeter hello"', { 'hello.service': service }) },
      ...{ at: `greeter/${system}/hello.service`, code: 'portable/unit-beside', title: 'Rename to greeter-hello.service' },
      also: [`hello/${system}/hello.service: portable/unit-beside`],
      moved: [`greeter/${system}/hello.service`, `greeter/${system}/greeter-hello.service`],
    },
  ],
  [
    'a unit that no prefix takes is renamed where others name it, too',
    {
      files: image('hello', 'hello', { 'other.service': service, 'hello.target': '[Unit]\nWants=other.service\n' }),
      ...{ at: `hello/${system}/other.service`, code: 'portable/unmatched-prefix', title: 'Rename to hello-other.service' },
      leaves: { [`hello/${system}/hello.target`]: '[Unit]\nWants=hello-other.service\n' },
      moved: [`${system}/other.service`, `${system}/hello-other.service`],
    },
  ],
  [
    'the profile that was meant is chosen',
    {
      files: alone,
      profile: 'strct',
      ...{ at: 'hello/usr/lib/os-release', code: 'portable/unknown-profile', title: 'Use the profile strict in this workspace' },
      leaves: { 'portable-lint.json': '{\n  "profile": "strict"\n}\n' },
    },
  ],
  [
    'the profile that was meant is chosen in the configuration that is there',
    {
      files: { ...alone, 'portable-lint.json': '{\n  "systemd": 257\n}\n' },
      profile: 'strct',
      ...{ at: 'hello/usr/lib/os-release', code: 'portable/unknown-profile', title: 'Use the profile strict in this workspace' },
      leaves: { 'portable-lint.json': '{\n  "systemd": 257,\n  "profile": "strict"\n}\n' },
    },
  ],
  [
    'a profile that is nowhere is made',
    {
      files: alone,
      ...{ profile: 'mine', host: [] },
      ...{
        at: 'hello/usr/lib/os-release',
        code: 'portable/unknown-profile',
        title: 'Create the profile mine in this workspace, from default',
      },
      leaves: {
        'portable/profile/mine/service.conf': shippedProfile('default', 262),
      },
    },
  ],
];

describe('a fix that changes files', () => {
  test.each(cases)('%s', async (_, { files, at, code, title, also = [], leaves = {}, moved, ...world }) => {
    write(files);
    const before = await openAll(folder, world);
    const found = await before.said();
    expect(found).toContain(`${at}: ${code}`);
    // some are offered once it is known what the image holds
    const edit = await vi.waitFor(async () => {
      const actions = await before.actionsAt(at, code);
      const found = actions.find(each => each.title === title)?.edit;
      if (!found) throw new Error(`there is no ${title}, but ${actions.map(each => each.title).join(', ')}`);
      return found;
    }, 20_000);
    before.editor.dispose();
    apply(edit);
    const after = await openAll(folder, world);
    const gone = [`${at}: ${code}`, ...also];
    const renamed = (line: string) => (moved ? line.replace(...moved) : line);
    const left = found.filter(line => !gone.includes(line)).map(renamed);
    await vi.waitFor(async () => expect(await after.said()).toEqual(left.sort()), 20_000);
    after.editor.dispose();
    for (const [path, text] of Object.entries(leaves)) {
      const place = join(folder, path);
      expect([path, existsSync(place) && statSync(place).isFile() ? readFileSync(place, 'utf8') : undefined]).toEqual([path, text]);
    }
  });

  test.each<readonly [string, Case]>([
    [
      'a link leads to the unit',
      {
        files: { ...alone, [`hello/${system}/hello-alias.service`]: '-> hello.service' },
        host: ['hello.service'],
        ...{ at: `hello/${system}/hello.service`, code: 'portable/unit-on-host', title: 'Rename to' },
      },
    ],
    [
      'the socket of the service accepts connections',
      {
        files: image('hello', 'hello', { 'hello@.service': service, 'hello.socket': '[Socket]\nListenStream=/run/x\nAccept=yes\n' }),
        host: ['hello@.service'],
        ...{ at: `hello/${system}/hello@.service`, code: 'portable/unit-on-host', title: 'Rename to' },
      },
    ],
    [
      'the folder of the workspace is the image',
      {
        files: image('hello_50%', 'hello', { 'hello.service': service }),
        folders: ['hello_50%'],
        ...{ at: 'hello_50%/usr/lib/os-release', code: 'portable/bad-image-name', title: 'Rename the image' },
      },
    ],
    [
      'an image of the better name is there',
      {
        files: {
          ...image('hello_50%', 'hello', { 'hello.service': service }),
          ...image('hello_50', 'hello', { 'hello.service': service }),
        },
        ...{ at: 'hello_50%/usr/lib/os-release', code: 'portable/bad-image-name', title: 'Rename the image' },
      },
    ],
    [
      'the editor cannot remove files',
      {
        files: { ...alone, ...image('hello', 'hello', { 'hello.slice': '[Slice]\n' }) },
        operations: ['create', 'rename'],
        ...{ at: `hello/${system}/hello.slice`, code: 'portable/left-behind-type', title: 'Delete' },
      },
    ],
    [
      'the name of the profile is no plain one',
      {
        files: alone,
        ...{ profile: '../x', host: [] },
        ...{ at: 'hello/usr/lib/os-release', code: 'portable/unknown-profile', title: 'Create' },
      },
    ],
  ])('is not offered where %s', async (_, { files, at, code, title, ...world }) => {
    write(files);
    const opened = await openAll(folder, world);
    await opened.said();
    expect((await opened.actionsAt(at, code)).map(each => each.title).filter(each => each.startsWith(title))).toEqual([]);
    opened.editor.dispose();
  });
});
