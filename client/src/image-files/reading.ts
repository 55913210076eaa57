/** Whole answers about the inside of images, out of the server's bounded ones. */
import type {
  ImagePath,
  InsideEntry,
  InsideFailure,
  InsideImageParams,
  InsideImageResult,
  InsideStat,
} from '../../../server/src/protocol-inside.ts';

/** Asks the server. */
export type AskInside = (params: InsideImageParams) => Promise<InsideImageResult>;

/** What could not be looked at; thrown, for only edges tell it. */
export class InsideError extends Error {
  override readonly name = 'InsideError';
  readonly place: ImagePath;
  readonly failure: InsideFailure;

  constructor(place: ImagePath, failure: InsideFailure) {
    super(failure.message);
    this.place = place;
    this.failure = failure;
  }
}

/** Bytes that are asked for at a time. */
const stretch = 1 << 20;
/** What is looked at to tell text from bytes. */
const head = 8192;

async function asked(ask: AskInside, params: InsideImageParams): Promise<InsideImageResult> {
  const result = await ask(params);
  if (result.failure) throw new InsideError(params, result.failure);
  return result;
}

/** What lies at a place, a link itself. Throws an InsideError. */
export async function statInside(ask: AskInside, place: ImagePath): Promise<InsideStat> {
  const { stat } = await asked(ask, { ...place, ask: 'stat' });
  if (!stat) throw new InsideError(place, { kind: 'missing', message: 'it is not there' });
  return stat;
}

/** The entries of a directory. Throws an InsideError. */
export async function listInside(ask: AskInside, place: ImagePath): Promise<readonly InsideEntry[]> {
  return (await asked(ask, { ...place, ask: 'list' })).entries ?? [];
}

/** Whether a file has a NUL where it begins. Throws an InsideError. */
export async function isBinary(ask: AskInside, place: ImagePath): Promise<boolean> {
  const { bytes = '' } = await asked(ask, { ...place, ask: 'read', offset: 0, length: head });
  return Buffer.from(bytes, 'base64').includes(0);
}

/** A file's bytes in stretches, links followed, all of one state of the image. Throws an InsideError, `changed` where it is another before the end. */
export async function* readInside(ask: AskInside, place: ImagePath): AsyncGenerator<Uint8Array> {
  const stat = await statInside(ask, place);
  // a link in a directory image has another state than the file that it leads to
  const path = stat.leadsTo?.path ?? place.path;
  const { state } = stat.leadsTo ? await statInside(ask, { ...place, path }) : stat;
  for (let offset = 0; ; ) {
    const { bytes = '' } = await asked(ask, { ...place, path, ask: 'read', offset, length: stretch, state });
    const part = Buffer.from(bytes, 'base64');
    if (part.length > 0) yield part;
    if (part.length < stretch) return;
    offset += part.length;
  }
}

/** All bytes of a file; read once more where the image changed meanwhile. Throws an InsideError. */
export async function readWhole(ask: AskInside, place: ImagePath): Promise<Uint8Array> {
  for (let attempt = 0; ; attempt++) {
    try {
      const parts: Uint8Array[] = [];
      for await (const part of readInside(ask, place)) parts.push(part);
      return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
    } catch (error) {
      if (attempt > 0 || !(error instanceof InsideError) || error.failure.kind !== 'changed') throw error;
    }
  }
}
