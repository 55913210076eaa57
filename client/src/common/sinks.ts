/** Makes text of images and hosts fit for the places where it is shown: one function a place. (HTML has its own: inspect/html.ts.) */

/** For a row, a label or a tooltip's line: control characters and direction marks would break it or lie about it. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\u{fffd}');
}

/** For a notification or its progress: VS Code would turn `[text](command:...)` into a link that runs a command. */
export function forNotification(text: string): string {
  return oneLine(text).replaceAll('](', '] (');
}

/** For a quick pick or the status bar: VS Code would draw `$(name)` as an icon. */
export function withoutIcons(text: string): string {
  return oneLine(text).replaceAll('$(', '$ (');
}

/** For an output channel: lines stay lines, terminal escapes and the like become visible marks. */
export function forOutput(text: string): string {
  return text.replace(/[^\P{C}\n\t]/gu, '\u{fffd}');
}

/** For Markdown: whatever it, or the HTML in it, would take for markup is escaped, addresses made no links; line ends become blanks. */
export function forMarkdown(text: string): string {
  return text
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/[\p{C}\u2028\u2029]/gu, '\u{fffd}')
    .replace(/[\\`*_{}[\]<>()#+!|~&$@:^=-]/g, '\\$&')
    .replace(/(^\d+|www)\./gi, '$1\\.');
}
