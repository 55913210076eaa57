/** Small ELF files as tests need them: a head, an interpreter, a dynamic section; no code. */

/** What is in one; x86-64 where nothing else is said. */
export interface ElfParts {
  readonly machine?: number;
  readonly bits?: 32 | 64;
  readonly little?: boolean;
  readonly interpreter?: string;
  readonly needed?: readonly string[];
  readonly soname?: string;
  readonly rpath?: string;
  readonly runpath?: string;
}

/** The bytes of such a file. Its segments lie where they are loaded, so that addresses are offsets. */
export function elfFile(parts: ElfParts): Uint8Array {
  const { machine = 62, bits = 64, little = true, interpreter, needed = [] } = parts;
  const wide = bits === 64;
  let strings = '\0';
  const name = (text: string) => {
    const at = strings.length;
    strings += `${text}\0`;
    return at;
  };
  const entries: [tag: number, value: number][] = needed.map(one => [1, name(one)]);
  if (parts.soname !== undefined) entries.push([14, name(parts.soname)]);
  if (parts.rpath !== undefined) entries.push([15, name(parts.rpath)]);
  if (parts.runpath !== undefined) entries.push([29, name(parts.runpath)]);

  const [headSize, rowSize, word] = wide ? [64, 56, 8] : [52, 32, 4];
  const texts = headSize + 3 * rowSize;
  const stringsAt = texts + (interpreter?.length ?? 0) + 1;
  const dynamicAt = stringsAt + strings.length;
  entries.push([5, stringsAt], [10, strings.length], [0, 0]);
  const size = dynamicAt + entries.length * 2 * word;

  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  const put = (at: number, value: number, width = word) => {
    if (width === 8) view.setBigUint64(at, BigInt(value), little);
    else if (width === 4) view.setUint32(at, value, little);
    else view.setUint16(at, value, little);
  };
  bytes.set([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, little ? 1 : 2, 1]);
  put(16, 3, 2);
  put(18, machine, 2);
  put(wide ? 32 : 28, headSize);
  put(wide ? 54 : 42, rowSize, 2);
  const segments: [type: number, at: number, length: number][] = [
    [1, 0, size],
    [2, dynamicAt, entries.length * 2 * word],
    ...(interpreter === undefined ? [] : [[3, texts, interpreter.length + 1] as [number, number, number]]),
  ];
  put(wide ? 56 : 44, segments.length, 2);
  segments.forEach(([type, at, length], n) => {
    const row = headSize + n * rowSize;
    put(row, type, 4);
    put(row + (wide ? 8 : 4), at);
    put(row + (wide ? 16 : 8), at);
    put(row + (wide ? 32 : 16), length);
  });
  const encoder = new TextEncoder();
  bytes.set(encoder.encode(interpreter ?? ''), texts);
  bytes.set(encoder.encode(strings), stringsAt);
  entries.forEach(([tag, value], n) => {
    put(dynamicAt + n * 2 * word, tag);
    put(dynamicAt + n * 2 * word + word, value);
  });
  return bytes;
}
