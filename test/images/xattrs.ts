/** Extended attributes of real files, which Node cannot ask for: through getfattr and setfattr (Debian package attr). */
import { spawnSync } from 'node:child_process';

/** By name, the value in hexadecimal digits. */
export type Xattrs = ReadonlyMap<string, string>;

/** What getfattr writes for a byte that would break its lines. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
const escaped = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
  text.replace(/[\\=\x00-\x1f\x7f-\xff]/g, char => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);

/** The extended attributes of everything below a directory, itself included, by path (bytes as Latin-1); what has none is absent. */
export function readXattrs(directory: string): ReadonlyMap<string, Xattrs> {
  const args = ['--recursive', '--physical', '--no-dereference', '--dump', '--match=-', '--encoding=hex', '--absolute-names', directory];
  const { stdout, error } = spawnSync('getfattr', args, { encoding: 'latin1', maxBuffer: 1 << 30, env: { ...process.env, LC_ALL: 'C' } });
  if (error) throw error;
  const all = new Map<string, Map<string, string>>();
  let current = new Map<string, string>();
  for (const line of stdout.split('\n')) {
    if (line.startsWith('# file: ')) {
      current = new Map();
      all.set(unescaped(line.slice('# file: '.length)), current);
    } else if (line !== '') {
      const [name = '', value = ''] = line.split(/=(.*)/s);
      current.set(unescaped(name), value.replace(/^0x/, ''));
    }
  }
  return all;
}

/** Sets extended attributes, by path (bytes as Latin-1); a link itself is meant. Throws with what setfattr said. */
export function writeXattrs(all: ReadonlyMap<string, Xattrs>): void {
  const input = Array.from(
    all,
    ([path, xattrs]) => `# file: ${escaped(path)}\n${Array.from(xattrs, ([name, value]) => `${escaped(name)}=0x${value}\n`).join('')}\n`,
  ).join('');
  const { status, stderr } = spawnSync('setfattr', ['--no-dereference', '--restore=-'], {
    input: Buffer.from(input, 'latin1'),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`setfattr failed: ${stderr}`);
}
