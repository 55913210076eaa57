import type { ByteSource } from '../byte-source.ts';
import { Structure } from '../structure.ts';

const sector = 512;
const recordMagic = 0xfeed_babe;
const unmountFlag = 0x20;
/** Bytes that one sector of a record's head describes. */
const describedByHead = 32_768;
/** How far back the last record is looked for, in sectors: records are at most 256 KiB long. */
const lookBack = [16, 600] as const;

/**
 * Whether a log, which is all of the source, ends with the mark that a clean unmount leaves. The log is a ring whose sectors say in which
 * round they were written. (Linux: fs/xfs/xfs_log_recover.c, xlog_find_tail)
 */
export async function isCleanLog(log: ByteSource): Promise<boolean> {
  const sectors = Math.floor(log.size / sector);
  if (sectors === 0) return true;
  const round = async (at: number) => {
    const raw = new Structure(await log.read(at * sector, 8), 'big-endian');
    return raw.u32(0) === recordMagic ? raw.u32(4) : raw.u32(0);
  };
  const first = await round(0);
  if (first === 0) return true; // nothing was ever written
  const end = await firstOther(sectors, async at => (await round(at)) !== first);
  for (const distance of lookBack) {
    const from = Math.max(end - distance, 0);
    const raw = new Structure(await log.read(from * sector, (end - from) * sector), 'big-endian');
    for (let at = raw.size - sector; at >= 0; at -= sector) if (raw.u32(at) === recordMagic) return isUnmount(raw.part(at, raw.size - at));
  }
  return false;
}

/** The first sector for which it is so, where those for which it is come last; else the number of sectors. */
async function firstOther(sectors: number, isSo: (at: number) => Promise<boolean>): Promise<number> {
  let low = 0;
  let high = sectors;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await isSo(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Whether a record, which the log ends with, is that of an unmount and nothing follows it. */
function isUnmount(record: Structure): boolean {
  const [version, length, operations, size] = [record.u32(8), record.u32(12), record.u32(40), record.u32(320)];
  const head = version >= 2 && size > describedByHead ? Math.ceil(size / describedByHead) : 1;
  const whole = sector * (head + Math.ceil(length / sector));
  return operations === 1 && whole === record.size && (record.u8(sector * head + 9) & unmountFlag) !== 0;
}
