/** `--format text`: for people, a line a finding. Whatever comes from files goes through `terminalText`. */
import { isAbsolute, relative } from 'node:path';
import type { Severity } from '../../../rules/rule.ts';
import type { Judge } from '../lint.ts';
import { terminalText } from '../terminal-text.ts';
import { counted, listed, placeOf, type Report } from './report.ts';

/** Puts a text in a colour, or leaves it. */
export type Paint = (style: Style, text: string) => string;

type Style = Severity | 'dim' | 'bold' | 'good';

/** Select Graphic Rendition (ECMA-48) by style: on and off. */
const codes: Readonly<Record<Style, readonly [on: number, off: number]>> = {
  error: [31, 39],
  warning: [33, 39],
  information: [36, 39],
  hint: [2, 22],
  dim: [2, 22],
  bold: [1, 22],
  good: [32, 39],
};

/** Paints, or not. */
export const painter = (colours: boolean): Paint =>
  colours ? (style, text) => `\u001b[${codes[style][0]}m${text}\u001b[${codes[style][1]}m` : (_, text) => text;

/** Whether to use colours (no-color.org, force-color.org). */
export function wantsColours(env: Readonly<Record<string, string | undefined>>, terminal: boolean): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return terminal && env.TERM !== 'dumb';
}

/** The findings, and last whose word it is. */
export function textReport(report: Report, paint: Paint, cwd: string): string {
  const { findings, files, leftOut, failures, fixed, judges, several, unneeded } = report;
  if (files === 0 && leftOut === 0 && failures.length > 0) return '';
  const lines = findings.map(finding => {
    const { file, severity, code, message, systemd } = finding;
    const { line, column } = placeOf(finding);
    const who = several ? paint('dim', ` (systemd ${listed(systemd)})`) : '';
    const place = paint('bold', `${terminalText(file)}:${line}:${column}:`);
    return `${place} ${paint(severity, `${severity}:`)} ${terminalText(message)}${who} ${paint('dim', `[${code}]`)}`;
  });
  for (const { file, made } of fixed) lines.push(`${terminalText(file)}: ${counted(made, 'finding')} put right`);
  if (unneeded > 0) {
    const [what, is] = unneeded === 1 ? ['entry', 'is'] : ['entries', 'are'];
    lines.push(
      `${unneeded} ${what} of the baseline ${is} not needed any more; --write-baseline leaves ${unneeded === 1 ? 'it' : 'them'} out.`,
    );
  }
  const [errors = 0, warnings = 0] = (['error', 'warning'] as const).map(s => findings.filter(f => f.severity === s).length);
  const others = findings.length - errors - warnings;
  const counts = `${counted(errors, 'error')} and ${counted(warnings, 'warning')}${others > 0 ? `, and ${counted(others, 'hint')}` : ''}`;
  const sum = findings.length > 0 ? paint(errors > 0 ? 'error' : 'warning', counts) : paint('good', 'Nothing found');
  const without = leftOut > 0 ? ` (${leftOut} left out)` : '';
  return `${[...lines, `${sum} in ${counted(files, 'file')}${without}, ${judgeWords(judges, cwd)}.`].join('\n')}\n`;
}

/** Which systemd judged, and who says so. */
function judgeWords(judges: readonly Judge[], cwd: string): string {
  if (judges.length === 0) return 'nothing to judge';
  const words = judges.map(({ systemd, configuration }) => {
    if (configuration === undefined) return listed(systemd);
    const near = relative(cwd, configuration);
    return `${listed(systemd)} (${terminalText(near.startsWith('..') || isAbsolute(near) ? configuration : near)})`;
  });
  return `judged as systemd ${listed(words)} would`;
}
