/** `--format json`: an array of findings. JSON.stringify escapes all that has to be. */
import type { Report } from './report.ts';

/** `{file, range, severity, code, message}` of each finding; where several versions were asked, also `systemd`, those that say so. */
export function jsonReport({ findings, several }: Report): string {
  const rows = findings.map(({ file, range, severity, code, message, systemd }) => ({
    file,
    range,
    severity,
    code,
    message,
    ...(several && { systemd }),
  }));
  return `${JSON.stringify(rows, undefined, 2)}\n`;
}
