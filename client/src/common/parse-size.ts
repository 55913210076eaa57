/** A size as systemd takes it: a number with a suffix of base 1024, fractions allowed. */
const factors: Readonly<Record<string, number>> = { '': 1, B: 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40, P: 2 ** 50 };

/** Bytes; undefined where the text is no size. `500M`, `1.5 G`. */
export function parseSize(text: string): number | undefined {
  const [, number, suffix = ''] = /^\s*(\d+(?:\.\d+)?)\s*([BKMGTP]?)\s*$/.exec(text) ?? [];
  const factor = factors[suffix];
  return number === undefined || factor === undefined ? undefined : Math.floor(Number(number) * factor);
}
