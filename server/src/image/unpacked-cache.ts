/** Blocks of bytes that were unpacked, by key, kept up to a number of bytes; the memory of those that are forgotten holds the next ones. */
export interface UnpackedCache {
  /** Whether the block of that key is at hand, or being made. */
  has(key: string): boolean;
  /**
   * Hands the block of that key to `use`, which keeps nothing of it. `make` gets room for `most` bytes, with anything in them, and returns the
   * block, perhaps in that room; it is called once even when asked for twice at a time. A block that could not be made is not kept, nor one
   * that is `spent`: who reads from end to end comes no more.
   */
  use<T>(
    key: string,
    most: number,
    make: (room: Uint8Array) => Promise<Uint8Array>,
    use: (block: Uint8Array) => T,
    spent?: boolean,
  ): Promise<T>;
}

interface Entry {
  readonly room: Uint8Array;
  readonly block: Promise<Uint8Array>;
  users: number;
}

/** Room that nobody uses, of which so much is kept. */
const freeLimit = 2;
/** Rooms are of few sizes, each a half or a third more than the one before, and a room serves what needs at least so small a part of it: so that most of them can be used again. */
const roomSize = (most: number): number => {
  const step = Math.max(smallest, 2 ** (Math.floor(Math.log2(Math.max(most - 1, 1))) - 1));
  return Math.ceil(most / step) * step;
};
const smallest = 4096;
const leastPart = 1 / 4;

/** Creates a cache. `limit` bounds the bytes kept. */
export function createUnpackedCache(limit: number): UnpackedCache {
  const entries = new Map<string, Entry>();
  let held = 0;
  let free: Uint8Array[] = [];

  const takeRoom = (most: number): Uint8Array => {
    const found = free.find(room => room.length >= most && most >= room.length * leastPart);
    free = free.filter(room => room !== found);
    return found ?? new Uint8Array(roomSize(most));
  };
  const forget = (key: string, entry: Entry) => {
    held -= entry.room.length;
    entries.delete(key);
    free = [...free, entry.room].slice(-freeLimit);
  };
  const makeRoom = () => {
    for (const [key, entry] of entries) {
      if (held <= limit) break;
      if (entry.users === 0) forget(key, entry); // in use, it goes when something else comes
    }
  };

  const add = (key: string, most: number, make: (room: Uint8Array) => Promise<Uint8Array>): Entry => {
    const room = takeRoom(most);
    held += room.length;
    const block = async (): Promise<Uint8Array> => {
      const bytes = await make(room.subarray(0, most));
      if (bytes.buffer === room.buffer) return bytes;
      room.set(bytes);
      return room.subarray(0, bytes.length);
    };
    const entry: Entry = { room, block: block(), users: 0 };
    entries.set(key, entry);
    return entry;
  };

  return {
    has: key => entries.has(key),
    async use(key, most, make, use, spent = false) {
      const known = entries.get(key);
      if (known) {
        entries.delete(key); // last in, last out
        entries.set(key, known);
      }
      const entry = known ?? add(key, most, make);
      entry.users++;
      try {
        return use(await entry.block);
      } catch (error) {
        if (entries.get(key) === entry && entry.users === 1) forget(key, entry);
        throw error;
      } finally {
        entry.users--;
        if (spent && entry.users === 0 && entries.get(key) === entry) forget(key, entry);
        makeRoom();
      }
    },
  };
}
