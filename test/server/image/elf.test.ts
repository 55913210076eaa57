import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Elf, readElf } from '../../../server/src/image/elf/elf.ts';
import { libraryFinder } from '../../../server/src/image/elf/libraries.ts';
import { architectureName } from '../../../server/src/image/elf/machine.ts';
import { ImageError } from '../../../server/src/image/image-error.ts';
import { programOfEnv, readScript } from '../../../server/src/image/programs.ts';
import { type ElfParts, elfFile } from './elf-files.ts';
import { imageTree, linkTo, type Tree } from './memory-files.ts';

const bytesOf = (bytes: Uint8Array) => ({
  size: bytes.length,
  read: async (at: number, length: number) => bytes.subarray(at, at + length),
});

async function elfOf(parts: ElfParts): Promise<Elf> {
  const elf = await readElf(bytesOf(elfFile(parts)));
  if (!elf) throw new Error('no ELF file');
  return elf;
}

describe('an ELF file', () => {
  const parts: ElfParts = {
    interpreter: '/lib64/ld-linux-x86-64.so.2',
    needed: ['libfoo.so.1', 'libc.so.6'],
    runpath: '$ORIGIN/../lib:/opt/lib',
    soname: 'me',
  };
  test.each([
    ['x86-64', 62, 64, true],
    ['x86', 3, 32, true],
    ['s390x', 22, 64, false],
    ['mips', 8, 32, false],
    ['arm64', 183, 64, true],
  ] as const)('of %s', async (name, machine, bits, little) => {
    const elf = await elfOf({ ...parts, machine, bits, little });
    expect(architectureName(elf)).toBe(name);
    expect(elf).toMatchObject({
      interpreter: parts.interpreter,
      needed: parts.needed,
      runpath: ['$ORIGIN/../lib', '/opt/lib'],
      soname: 'me',
    });
  });

  test('another file is none', async () => {
    expect(await readElf(bytesOf(new Uint8Array()))).toBeUndefined();
    expect(await readElf(bytesOf(new TextEncoder().encode('#!/bin/sh\n')))).toBeUndefined();
  });

  test('a damaged one is an error or an answer, never anything else', async () => {
    const good = elfFile(parts);
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(good.length), async (at, byte, length) => {
        const bad = good.slice(0, length);
        bad.fill(byte, at, at + 8);
        try {
          await readElf(bytesOf(bad));
        } catch (error) {
          expect(error).toBeInstanceOf(ImageError);
        }
      }),
      { numRuns: 2000, seed: 1 },
    );
  });
});

describe('libraries', () => {
  const linker = '/lib64/ld-linux-x86-64.so.2';
  const library = (soname: string, more: ElfParts = {}) => elfFile({ soname, ...more });
  const closure = async (tree: Tree, program: ElfParts, path = '/usr/bin/p', interpreter = linker) => {
    const { found, missing } = await libraryFinder(await imageTree(tree)).of(path, await elfOf({ interpreter, ...program }));
    return [...[...found].map(([name, at]) => `${name} ${at}`), ...missing.map(({ name, neededBy }) => `${name} missing for ${neededBy}`)];
  };

  test.each<[string, Tree, ElfParts, string[]]>([
    ['in a default directory', { usr: { lib: { 'a.so': library('a.so') } } }, { needed: ['a.so'] }, ['a.so /usr/lib/a.so']],
    [
      'through links',
      { lib: linkTo('usr/lib'), usr: { lib: { 'a.so.1': linkTo('a.so.1.2'), 'a.so.1.2': library('a.so.1') } } },
      { needed: ['a.so.1'] },
      ['a.so.1 /usr/lib/a.so.1.2'],
    ],
    ['not there', {}, { needed: ['a.so'] }, ['a.so missing for /usr/bin/p']],
    [
      'of another architecture',
      { usr: { lib: { 'a.so': library('a.so', { machine: 183 }) } } },
      { needed: ['a.so'] },
      ['a.so missing for /usr/bin/p'],
    ],
    [
      'that a library needs',
      { usr: { lib: { 'a.so': library('a.so', { needed: ['b.so'] }) } } },
      { needed: ['a.so'] },
      ['a.so /usr/lib/a.so', 'b.so missing for /usr/lib/a.so'],
    ],
    [
      'beside the program',
      { usr: { bin: {}, share: { 'a.so': library('a.so') } } },
      { needed: ['a.so'], runpath: '$ORIGIN/../share' },
      ['a.so /usr/share/a.so'],
    ],
    [
      'a RUNPATH is its own only',
      { opt: { 'a.so': library('a.so', { needed: ['b.so'] }), 'b.so': library('b.so') } },
      { needed: ['a.so'], runpath: '/opt' },
      ['a.so /opt/a.so', 'b.so missing for /opt/a.so'],
    ],
    [
      'an RPATH counts for those that it loads',
      { opt: { 'a.so': library('a.so', { needed: ['b.so'] }), 'b.so': library('b.so') } },
      { needed: ['a.so'], rpath: '/opt' },
      ['a.so /opt/a.so', 'b.so /opt/b.so'],
    ],
    [
      'ld.so.conf with what it includes',
      {
        etc: { 'ld.so.conf': '# here\ninclude ld.so.conf.d/*.conf\n', 'ld.so.conf.d': { 'x.conf': '/opt/x # x\n' } },
        opt: { x: { 'a.so': library('a.so') } },
      },
      { needed: ['a.so'] },
      ['a.so /opt/x/a.so'],
    ],
    [
      'for a better processor',
      { usr: { lib: { 'glibc-hwcaps': { 'x86-64-v3': { 'a.so': library('a.so') } } } } },
      { needed: ['a.so'] },
      ['a.so /usr/lib/glibc-hwcaps/x86-64-v3/a.so'],
    ],
    [
      'that need each other',
      { usr: { lib: { 'a.so': library('a.so', { needed: ['b.so'] }), 'b.so': library('b.so', { needed: ['a.so'] }) } } },
      { needed: ['a.so'] },
      ['a.so /usr/lib/a.so', 'b.so /usr/lib/b.so'],
    ],
  ])('%s', async (_, tree, program, expected) => {
    expect(await closure(tree, program)).toEqual(expected);
  });

  test('of musl', async () => {
    const musl = '/lib/ld-musl-x86_64.so.1';
    const tree = {
      etc: { 'ld-musl-x86_64.path': '/opt/m\n' },
      opt: { m: { 'a.so': library('a.so') } },
      usr: { lib: { 'b.so': library('b.so') } },
    };
    const program = { needed: ['a.so', 'b.so', 'libc.musl-x86_64.so.1'] };
    expect(await closure(tree, program, '/bin/p', musl)).toEqual(['a.so /opt/m/a.so', 'b.so missing for /bin/p']);
  });
});

test.each([
  ['#!/bin/sh\necho', { interpreter: '/bin/sh' }, undefined],
  ['#! /usr/bin/env  python3 \n', { interpreter: '/usr/bin/env', argument: 'python3' }, 'python3'],
  ['#!/usr/bin/env -S A=1 node --x\n', { interpreter: '/usr/bin/env', argument: '-S A=1 node --x' }, 'node'],
  ['#!/usr/bin/env -i x\n', { interpreter: '/usr/bin/env', argument: '-i x' }, undefined],
  ['#!\n', undefined, undefined],
  ['echo', undefined, undefined],
])('the interpreter of %j', (text, script, program) => {
  const read = readScript(new TextEncoder().encode(text));
  expect(read).toEqual(script);
  expect(read && programOfEnv(read)).toBe(program);
});
