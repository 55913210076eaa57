/** What tools do not put into images and only the kernel does: files in pieces, space that nothing was written to, cut and cloned files. */
import { cpSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noise, words } from '../server/image/real-squashfs.ts';
import { run } from './samples.ts';

/** Mounts an image so that it can be written to, for as long as `write` takes. What was written is on the image before it ends. */
export async function writeThroughKernel(
  image: string,
  fileSystem: string,
  options: string,
  write: (directory: string) => unknown,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'image-write-'));
  run('mount', ['-t', fileSystem, '-o', options === '' ? 'loop' : `loop,${options}`, image, directory]);
  try {
    await write(directory);
    run('sync', ['-f', directory]);
  } finally {
    run('umount', [directory]);
    rmSync(directory, { recursive: true });
  }
}

/** Writes files that are kept in many ways; `allocate` where the file system can set space aside. */
export function writeHardCases(directory: string, { allocate }: { readonly allocate: boolean }): void {
  const at = (name: string) => join(directory, name);
  const pieces =
    "import os, sys\nf = os.open(sys.argv[1], os.O_CREAT | os.O_RDWR)\nfor i in range(2500): os.pwrite(f, b'%08d' % i * 64, i * 8192)";
  run('python3', ['-c', pieces, at('pieces')]);
  writeFileSync(at('extended'), words(3000));
  if (allocate) {
    run('fallocate', ['--length', '1M', at('allocated')]);
    run('fallocate', ['--keep-size', '--length', '1M', at('extended')]);
  }
  writeFileSync(at('cut'), Buffer.concat([words(300_000), noise(300_000, 1), words(300_000)]));
  cpSync(at('cut'), at('overwritten'));
  truncateSync(at('cut'), 400_001);
  truncateSync(at('cut'), 500_001);
  run('python3', [
    '-c',
    'import os, sys\nos.sync()\nf = os.open(sys.argv[1], os.O_RDWR)\nos.pwrite(f, b"new" * 7000, 123456)',
    at('overwritten'),
  ]);
  symlinkSync('t/'.repeat(511), at('link'));
}
