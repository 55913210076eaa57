/** Whether a text is ASCII throughout (src/basic/utf8.c, ascii_is_valid). */
export function isAscii(text: string): boolean {
  return !/[\u0080-\uffff]/.test(text);
}
