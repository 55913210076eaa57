/** Text as Markdown that shows it, and nothing else. */

/** Escapes whatever Markdown, or the HTML in it, would take for markup; line ends become blanks. */
export const markdownText = (text: string): string => text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_{}[\]<>()#+!|~&$-]/g, '\\$&');
