/** Judges units inside an image that is given as a literal. */
import type { ImageTree } from '../../../server/src/image/image-tree.ts';
import { askedImage } from '../../../server/src/image/questions.ts';
import { check } from '../../../server/src/rules/check.ts';
import type { Finding, Target } from '../../../server/src/rules/rule.ts';
import { parseUnit } from '../../../server/src/unit/parse.ts';
import { unitFileOf } from '../../../server/src/unit/unit-file.ts';
import { unitSet } from '../../../server/src/unit/unit-set.ts';
import { elfFile } from '../image/elf-files.ts';
import { imageTree, type Tree } from '../image/memory-files.ts';

/** An image with a shell that runs, programs of several kinds, and no more. */
export const image: Tree = {
  etc: {
    passwd: 'root:x:0:0::/root:/bin/sh\nhello:x:900:900::/:/bin/sh\n',
    group: 'hello:x:900:\n',
    hello: { conf: '' },
    'os-release': 'ID=x\n',
  },
  usr: {
    bin: {
      sh: elfFile({}),
      env: elfFile({ interpreter: '/lib64/ld-linux-x86-64.so.2', needed: ['libc.so.6'] }),
      hello: elfFile({ interpreter: '/lib64/ld-linux-x86-64.so.2', needed: ['libc.so.6'] }),
      broken: elfFile({ interpreter: '/lib64/ld-linux-x86-64.so.2', needed: ['libgone.so.1', 'libneedy.so'] }),
      unlinked: elfFile({ interpreter: '/lib/ld-gone.so', needed: [] }),
      arm: elfFile({ machine: 183 }),
      i386: elfFile({ machine: 3, bits: 32 }),
      script: '#!/bin/sh\n',
      python: '#!/usr/bin/python3 -u\n',
      'python-by-env': '#!/usr/bin/env python3\n',
      'plain.txt': 'text',
      folder: {},
    },
    lib: { 'libc.so.6': elfFile({ soname: 'libc.so.6' }), 'libneedy.so': elfFile({ needed: ['libdeep.so'] }) },
    share: { hello: {} },
  },
  bin: { sh: elfFile({}), 'only-in-bin': elfFile({}) },
  lib64: { 'ld-linux-x86-64.so.2': elfFile({}) },
  var: { lib: {} },
};

/** What lies in a `bin` may be executed, libraries too, as usual; texts may not. */
const isProgram = (path: string) => /\/(bin|lib|lib64)\/[^/]+$/.test(path) && !path.endsWith('.txt');

/** How an image is looked at. */
interface Look {
  readonly target?: Target;
  readonly format?: string;
  readonly unmarkedPartition?: number;
}

/** What is said of the first of some units, by name and text, in an image; formats other than `directory` are those of raw images. */
export async function findingsIn(tree: Tree, units: Readonly<Record<string, string>>, look: Look = {}): Promise<readonly Finding[]> {
  const { format = 'directory' } = look;
  return findingsInTree({ ...(await imageTree(tree, isProgram)), format }, units, look);
}

/** The same in a tree that is open. */
export async function findingsInTree(
  opened: ImageTree,
  units: Readonly<Record<string, string>>,
  { target = { systemd: 262 }, unmarkedPartition }: Look = {},
): Promise<readonly Finding[]> {
  const asked = askedImage('hello', look => look({ tree: opened, ...(unmarkedPartition !== undefined && { unmarkedPartition }) }));
  const sources = Object.entries(units).map(([name, text]) => {
    const path = `/ws/hello${name.startsWith('/') ? name : `/usr/lib/systemd/system/${name}`}`;
    const parsed = parseUnit(text);
    return { path, unit: unitFileOf(path) ?? { role: 'unit' as const }, tree: () => parsed };
  });
  const [first] = sources;
  if (!first) return [];
  const set = unitSet(sources);
  const judge = () => check({ tree: first.tree(), unit: first.unit, target, among: { set, path: first.path }, image: asked.answers });
  for (let round = 0; round < 6; round++) {
    judge();
    if (!asked.pending()) break;
    await asked.find();
  }
  return judge().filter(({ code }) => code.startsWith('image/') || code === 'portable/unknown-user');
}
