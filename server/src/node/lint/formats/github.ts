/** `--format github`: workflow commands, which GitHub Actions shows beside the lines of a change. */
import type { Severity } from '../../../rules/rule.ts';
import { terminalText } from '../terminal-text.ts';
import { listed, placeOf, type Report } from './report.ts';

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', information: 'notice', hint: 'notice' };

/** Text of a command's message: a line end would begin another command. */
const data = (text: string): string => terminalText(text).replaceAll('%', '%25');

/** Value of a command's property: it ends at a comma, the properties at a colon. */
const property = (text: string | number): string => data(String(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** A line a finding. */
export function githubReport({ findings, several }: Report): string {
  return findings
    .map(finding => {
      const { file, severity, code, message, systemd } = finding;
      const { line, column, endLine, endColumn } = placeOf(finding);
      const columns = line === endLine ? { col: column, endColumn } : {};
      const properties = Object.entries({ file, line, endLine, ...columns, title: code }).map(
        ([name, value]) => `${name}=${property(value)}`,
      );
      return `::${commands[severity]} ${properties.join(',')}::${data(several ? `${message} (systemd ${listed(systemd)})` : message)}\n`;
    })
    .join('');
}
