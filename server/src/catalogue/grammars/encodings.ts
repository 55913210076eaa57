/** Bytes written in characters (src/basic/hexdecoct.c). Blanks and line ends anywhere are ignored. */

const blanks = /[ \t\n\r]+/g;

/** How many bytes a text in Base64 stands for; undefined when it is none (unbase64mem). From 255 on `-` and `_` are taken for `+` and `/`. */
export function base64Length(text: string, version: number): number | undefined {
  const packed = text.replace(blanks, '');
  const known = version >= 255 ? /^[A-Za-z0-9+/_-]*={0,2}$/ : /^[A-Za-z0-9+/]*={0,2}$/;
  if (packed.length % 4 !== 0 || !known.test(packed)) return undefined;
  const digits = packed.replace(/=+$/, '');
  const padding = packed.length - digits.length;
  // the bits of the last digit that stand for no byte must be zero
  if (padding === 2 && !/[AQgw]$/.test(digits)) return undefined;
  if (padding === 1 && !/[AEIMQUYcgkosw048]$/.test(digits)) return undefined;
  return (packed.length / 4) * 3 - padding;
}

/** How many bytes a text in hexadecimal digits stands for; undefined when it is none (unhexmem). */
export function hexLength(text: string): number | undefined {
  const packed = text.replace(blanks, '');
  return /^(?:[0-9a-fA-F]{2})*$/.test(packed) ? packed.length / 2 : undefined;
}
