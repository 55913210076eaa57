/** Text as Markdown that shows it, and nothing else. */

/**
 * Escapes whatever Markdown, or the HTML in it, would take for markup or for an address; line ends become blanks, and what would hide or
 * reorder the rest a visible mark.
 */
export const markdownText = (text: string): string =>
  text
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/[\p{C}\u2028\u2029]/gu, '\u{fffd}')
    .replace(/[\\`*_{}[\]<>()#+!|~&$@:^=-]/g, '\\$&')
    .replace(/(^\d+|www)\./gi, '$1\\.');
