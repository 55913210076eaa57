/** What image/* says of the services of an image, and what becomes of them once it is attached to real hosts: a directory, squashfs, and GPT. */
import { chmodSync, copyFileSync, mkdirSync, realpathSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LabHost } from '../../lab/hosts.ts';
import { openDirectory } from '../../server/src/image/directory-tree.ts';
import type { ImageTree } from '../../server/src/image/image-tree.ts';
import { openRawImage } from '../../server/src/image/raw-image.ts';
import { decompressors } from '../../server/src/node/images/decompressors.ts';
import { imageFiles } from '../../server/src/node/images/image-files.ts';
import { unmarkedPartition } from '../../server/src/node/images/image-questions.ts';
import { thisMachine } from '../../server/src/node/this-machine.ts';
import { run } from '../images/samples.ts';
import { elfFile } from '../server/image/elf-files.ts';
import { findingsInTree } from '../server/rules/image-units.ts';
import { makeTree } from './images.ts';
import { describeOnHosts, type Laboratory, openLaboratory } from './laboratory.ts';

/** Services by name; what comes of each is told by systemd. `@` is the image's name. */
const services: Readonly<Record<string, string>> = {
  fine: 'ExecStart=/bin/true',
  bare: 'ExecStart=true',
  missing: 'ExecStart=/usr/bin/helo',
  'bare-missing': 'ExecStart=helo',
  'not-missed': 'ExecStartPre=-/usr/bin/helo\nExecStart=/bin/true',
  plus: 'ExecStart=+/usr/bin/helo',
  'not-executable': 'ExecStart=/usr/bin/plain',
  directory: 'ExecStart=/usr/bin/folder',
  other: 'ExecStart=/usr/bin/arm',
  script: 'ExecStart=/usr/bin/script',
  'no-python': 'ExecStart=/usr/bin/python-script',
  'no-python-by-env': 'ExecStart=/usr/bin/env-script',
  dos: 'ExecStart=/usr/bin/dos-script',
  linked: 'ExecStart=/usr/bin/linked true',
  'no-linker': 'ExecStart=/usr/bin/no-linker',
  'no-library': 'ExecStart=/usr/bin/no-library',
  searched: 'ExecSearchPath=/usr/bin:/opt/tools\nExecStart=tool',
  'not-searched': 'ExecSearchPath=/usr/bin\nExecStart=tool',
  working: 'WorkingDirectory=/opt/tools\nExecStart=/bin/true',
  'not-working': 'WorkingDirectory=/srv/no\nExecStart=/bin/true',
  'file-working': 'WorkingDirectory=/usr/bin/plain\nExecStart=/bin/true',
  'may-work': 'WorkingDirectory=-/srv/no\nExecStart=/bin/true',
  'state-working': 'StateDirectory=there\nWorkingDirectory=/var/lib/there\nExecStart=/bin/true',
  'path-with-plus': 'ReadOnlyPaths=+/srv/no\nExecStart=/bin/true',
  'writable-with-plus': 'ReadWritePaths=+/srv/no\nExecStart=/bin/true',
  'hidden-with-plus': 'InaccessiblePaths=+/srv/no\nExecStart=/bin/true',
  'not-run-with-plus': 'NoExecPaths=+/srv/no\nExecStart=/bin/true',
  'run-with-plus': 'ExecPaths=+/srv/no\nExecStart=/bin/true',
  'path-that-is-there': 'ReadOnlyPaths=+/opt\nExecStart=/bin/true',
  'path-without-plus': 'ReadOnlyPaths=/srv/no\nExecStart=/bin/true',
  'state-there': 'StateDirectory=there\nExecStart=/bin/true',
  state: 'StateDirectory=@-state\nExecStart=/bin/true',
  runtime: 'RuntimeDirectory=@-runtime\nExecStart=/bin/true',
  bind: 'BindReadOnlyPaths=/usr/share:/srv/@-bind\nExecStart=/bin/true',
  'bound-program': 'BindReadOnlyPaths=/usr/bin:/opt/tools\nExecStart=/opt/tools/busybox true',
  'tmp-file-system': 'TemporaryFileSystem=/srv/@-tmp\nExecStart=/bin/true',
  'temporary-state': 'TemporaryFileSystem=/var/lib\nStateDirectory=@-other\nExecStart=/bin/true',
  user: 'User=zzimage\nExecStart=/bin/true',
  groups: 'SupplementaryGroups=zzimage\nExecStart=/bin/true',
  group: 'Group=zzimage\nExecStart=/bin/true',
  'environment-file': 'EnvironmentFile=/etc/@-here\nExecStart=/bin/true',
  credential: 'LoadCredential=x:/etc/@-here\nExecStart=/bin/true',
};

const unitsOf = (image: string) =>
  Object.fromEntries(
    Object.entries(services).map(([name, lines]) => [
      `${image}-${name}.service`,
      `[Service]\nType=oneshot\n${lines.replaceAll('@', image)}\n`,
    ]),
  );

/** Where a dynamic program's linker and libraries are taken from. */
const linker = '/lib64/ld-linux-x86-64.so.2';
const libraries = '/usr/lib/x86_64-linux-gnu';

/** Fills an image with programs that run and with such that do not; `host` is the root that they come from. */
function furnish(host: string, root: string, image: string): void {
  makeTree(root, unitsOf(image));
  const put = (path: string, content: string | Uint8Array, mode = 0o755) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    chmodSync(join(root, path), mode);
  };
  const copy = (from: string, path: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    copyFileSync(realpathSync(join(host, from)), join(root, path));
    chmodSync(join(root, path), 0o755);
  };
  for (const applet of ['true', 'env']) symlinkSync('busybox', join(root, 'bin', applet));
  put('usr/bin/plain', 'text', 0o644);
  mkdirSync(join(root, 'usr/bin/folder'));
  put('usr/bin/arm', elfFile({ machine: 183 }));
  put('usr/bin/script', '#!/bin/sh\ntrue\n');
  put('usr/bin/python-script', '#!/usr/bin/python3\n');
  put('usr/bin/env-script', '#!/bin/env python3\n');
  put('usr/bin/dos-script', '#!/bin/sh\r\ntrue\r\n');
  put('opt/tools/tool', '#!/bin/sh\ntrue\n');
  put(`etc/${image}-here`, 'A=1\n', 0o644);
  put('etc/passwd', 'root:x:0:0::/:/bin/sh\nzzimage:x:4242:4242::/:/bin/sh\n', 0o644);
  put('etc/group', 'zzimage:x:4242:\n', 0o644);
  mkdirSync(join(root, 'var/lib/there'), { recursive: true });
  mkdirSync(join(root, 'srv'));
  // programs that need no more than libc, and one that needs another library
  copy('/usr/bin/true', 'usr/bin/linked');
  copy(linker, linker);
  copy(`${libraries}/libc.so.6`, `${libraries}/libc.so.6`);
  copy('/usr/bin/systemd-escape', 'usr/bin/no-library');
  put('usr/bin/no-linker', elfFile({ interpreter: '/lib64/ld-gone.so.2' }));
}

/** Attaches an image on a host, starts all its services, and tells of those that failed: name and exit status. */
async function failuresOf(
  lab: LabHost,
  path: string,
  profile: string,
  units = Object.keys(unitsOf('hello')).join(' '),
): Promise<ReadonlyMap<string, string>> {
  const script = `portablectl attach -q --runtime --profile=${profile} ${path} hello >&2 || exit 1
    systemctl daemon-reload; systemctl start ${units} 2>/dev/null
    systemctl show -p Id,Result,ExecMainStatus --value ${units}
    systemctl stop ${units} 2>/dev/null; systemctl reset-failed; portablectl detach -q --runtime ${path} hello >&2`;
  const { code, stdout, stderr } = await lab.run('bash', '-c', script);
  if (code !== 0) throw new Error(`the image could not be attached: ${stderr}`);
  const failures = new Map<string, string>();
  for (const block of stdout.trim().split('\n\n')) {
    const values = block.split('\n');
    const id = values.find(value => value.endsWith('.service')) ?? '';
    const status = values.find(value => /^\d+$/.test(value)) ?? '';
    if (!values.includes('success')) failures.set(id.slice('hello-'.length, -'.service'.length), status);
  }
  return failures;
}

/** The services of which something is said, and what. */
async function saidOf(tree: ImageTree, profile: string, systemd: number) {
  const said = new Map<string, string>();
  for (const [unit, text] of Object.entries(unitsOf('hello'))) {
    const target = { systemd, profile: { name: profile } };
    const found = await findingsInTree(tree, { [unit]: text }, { target });
    if (found.length > 0) said.set(unit.slice('hello-'.length, -'.service'.length), [...new Set(found.map(({ code }) => code))].join(' '));
  }
  return said;
}

async function rawTree(path: string): Promise<ImageTree> {
  return openRawImage(await imageFiles.open(path), decompressors);
}

/** Statuses that systemd gives to a process that it could not start as it should (systemd.exec(5)), and that of the dynamic linker and of env. */
const statusOf: Readonly<Record<string, string>> = {
  'image/missing-program': '203',
  'image/not-executable': '203',
  'image/is-directory': '203',
  'image/wrong-architecture': '203',
  'image/missing-library': '127',
};

describeOnHosts('image/* and what becomes of the services', () => {
  let laboratory: Laboratory;
  beforeAll(async () => {
    laboratory = await openLaboratory(['bookworm', 'forky']);
  });
  afterAll(() => laboratory?.close());

  describe.each(['bookworm', 'forky'] as const)('%s', suite => {
    const lab = () => {
      const found = laboratory.hosts.get(suite);
      if (!found) throw new Error('no host');
      return found;
    };
    test('a directory under the profile trusted', async () => {
      const path = join(lab().root, 'srv/hello');
      furnish(lab().root, path, 'hello');
      const said = await saidOf(await openDirectory(imageFiles, path), 'trusted', lab().systemd);
      const failures = await failuresOf(lab(), '/srv/hello', 'trusted');
      expect([...said.keys()].sort()).toEqual([...failures.keys()].sort());
      for (const [name, code] of said) if (statusOf[code]) expect(`${name} ${failures.get(name)}`).toBe(`${name} ${statusOf[code]}`);
    });

    test('squashfs under the default profile', async () => {
      const [tree, path] = [join(laboratory.directory, suite, 'hello'), join(lab().root, 'srv/hello.raw')];
      furnish(lab().root, tree, 'hello');
      run('mksquashfs', [tree, path, '-noappend', '-quiet', '-no-progress', '-all-root']);
      const said = await saidOf(await rawTree(path), 'default', lab().systemd);
      const failures = await failuresOf(lab(), '/srv/hello.raw', 'default');
      expect([...said.keys()].sort()).toEqual([...failures.keys()].sort());
    });

    test.each([
      ['without the mark of a partition', ''],
      ['with it', ', attrs="GUID:60"'],
    ])('GPT %s', async (_, attributes) => {
      const [packed, path] = [join(lab().root, 'srv/hello.raw'), join(lab().root, 'srv/gpt/hello.raw')];
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, '');
      truncateSync(path, statSync(packed).size + (4 << 20));
      run('sfdisk', ['--quiet', path], `label: gpt\nstart=2048, type=4f68bce3-e8cd-4db1-96e7-fbcaf984b709${attributes}\n`);
      run('dd', [`if=${packed}`, `of=${path}`, 'bs=1M', 'seek=1', 'conv=notrunc', 'status=none']);
      const unit = 'hello-fine.service';
      const failures = await failuresOf(lab(), '/srv/gpt/hello.raw', 'default', unit);
      const file = await imageFiles.open(path);
      const unmarked = await unmarkedPartition(file, thisMachine);
      const target = { systemd: lab().systemd };
      const said = await findingsInTree(
        await openRawImage(file, decompressors),
        { [unit]: unitsOf('hello')[unit] ?? '' },
        { target, ...(unmarked !== undefined && { unmarkedPartition: unmarked }) },
      );
      await file.close();
      expect(said.map(({ code }) => code)).toEqual(failures.size > 0 ? ['image/read-only-mark'] : []);
      expect(failures.size > 0).toBe(attributes === '' && lab().systemd >= 262);
    });
  });
});
