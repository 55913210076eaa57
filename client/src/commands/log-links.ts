/** Links in a log: from the names of units to their files, from `file:line` to the file in the image. Pure. */

/** A stretch of the text and where it leads. */
export interface LogLink {
  readonly start: number;
  readonly end: number;
  /** Address of the file. */
  readonly file: string;
  /** From 1. */
  readonly line?: number;
}

/** What the names in a log mean here. */
export interface LogPlaces {
  /** The address of a unit's file. */
  readonly unit: (name: string) => string | undefined;
  /** The address of the file at an absolute path of the image. */
  readonly inImage: (path: string) => string | undefined;
}

/** Only so much of a line is looked at, and so many links are made. */
const [longest, most] = [2000, 5000];

const words =
  /(?<file>\/[\w.@+~%:/-]*?[\w@+~%-]):(?<line>\d{1,7})(?![\w:]*\/)|(?<unit>(?<![\w/.@:-])[A-Za-z0-9:_.\\@-]+\.(?:service|socket|target|timer|path))(?![\w/-])/g;

/** The links of a text, in its order. */
export function linksIn(text: string, places: LogPlaces): readonly LogLink[] {
  const links: LogLink[] = [];
  let at = 0;
  for (const line of text.split('\n')) {
    for (const match of line.slice(0, longest).matchAll(words)) {
      if (links.length >= most) return links;
      const { file, line: number, unit } = match.groups ?? {};
      const attached = file && /\/system\.attached\/([^/]+)$/.exec(file)?.[1]; // a unit's copy on the host
      const found = unit !== undefined ? places.unit(unit) : file && (attached ? places.unit(attached) : places.inImage(file));
      const start = at + match.index;
      if (found) links.push({ start, end: start + match[0].length, file: found, ...(number !== undefined && { line: Number(number) }) });
    }
    at += line.length + 1;
  }
  return links;
}
