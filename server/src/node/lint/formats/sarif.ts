/** `--format sarif`: SARIF 2.1.0, which code scanning services take. JSON.stringify escapes all that has to be. */
import { relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { encodeName, isUtf8Name } from '../../../image/entry-name.ts';
import { checksum } from '../../../rules/control/baseline.ts';
import type { Rule, Severity } from '../../../rules/rule.ts';
import { terminalText } from '../terminal-text.ts';
import { listed, placeOf, type Report } from './report.ts';

const levels = { error: 'error', warning: 'warning', information: 'note', hint: 'note' } as const satisfies Record<Severity, string>;

/** What the log says of the tool and its rules. */
export interface SarifTool {
  readonly version: string;
  readonly rules: readonly Pick<Rule, 'code' | 'severity'>[];
  /** A rule in a few words. */
  readonly summary: (code: string) => string | undefined;
  /** A rule's page as text. */
  readonly help: (code: string) => string | undefined;
}

/** The run as one SARIF log; paths below `cwd` are given relative to it. */
export function sarifReport(report: Report, tool: SarifTool, cwd: string): string {
  const { findings, failures, problems, several } = report;
  const used = tool.rules.filter(rule => findings.some(f => f.code === rule.code));
  const indices = new Map(used.map(({ code }, n) => [code, n]));
  const seen = new Map<string, number>();
  const results = findings.map(finding => {
    const { file, path, code, severity, message, systemd, line } = finding;
    const place = placeOf(finding);
    const evidence = checksum(`${code} ${artifact(path, cwd).uri} ${line}`);
    const nth = (seen.get(evidence) ?? 0) + 1;
    seen.set(evidence, nth);
    return {
      ruleId: code,
      ruleIndex: indices.get(code) ?? -1,
      level: levels[severity],
      message: { text: several ? `${message} (systemd ${listed(systemd)})` : message },
      locations: [
        {
          physicalLocation: {
            artifactLocation: file === '<stdin>' ? { uri: 'stdin' } : artifact(path, cwd),
            region: { startLine: place.line, startColumn: place.column, endLine: place.endLine, endColumn: place.endColumn },
          },
        },
      ],
      partialFingerprints: { 'portableLint/v1': `${evidence}:${nth}` },
      properties: { systemd },
    };
  });
  const notifications = [
    ...failures.map(({ path, why }) => `${path}: ${why}`),
    ...problems.map(({ path, range, why }) => `${path}${range ? `:${range.start.line + 1}:${range.start.character + 1}` : ''}: ${why}`),
  ];
  const log = {
    version: '2.1.0',
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    runs: [
      {
        tool: {
          driver: {
            name: 'portable-lint',
            ...(tool.version && { version: tool.version }),
            rules: used.map(({ code, severity }) => ruleOf(code, severity, tool)),
          },
        },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { '%SRCROOT%': { uri: `${pathToFileURL(resolve(cwd)).href.replace(/\/$/, '')}/` } },
        invocations: [
          {
            executionSuccessful: notifications.length === 0,
            toolExecutionNotifications: notifications.map(text => ({ level: 'error', message: { text: terminalText(text) } })),
          },
        ],
        results,
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function ruleOf(code: string, severity: Severity, { summary, help }: SarifTool) {
  const [short, page] = [summary(code), help(code)];
  return {
    id: code,
    name: code.replace(/(^|[/-])(\w)/g, (_, __, letter: string) => letter.toUpperCase()),
    ...(short && { shortDescription: { text: short } }),
    ...(page && { help: { text: page } }),
    defaultConfiguration: { level: levels[severity] },
  };
}

/** Where a file is: relative to the run's directory where it lies below it. */
function artifact(path: string, cwd: string): { readonly uri: string; readonly uriBaseId?: string } {
  const below = relative(resolve(cwd), resolve(path));
  if (below === '..' || below.startsWith(`..${sep}`) || resolve(path) === below) return { uri: pathToFileURL(resolve(path)).href };
  return { uri: below.split(sep).map(uriPart).join('/'), uriBaseId: '%SRCROOT%' };
}

/** A name as a part of an address, byte for byte also where it is not UTF-8. */
const uriPart = (name: string): string =>
  isUtf8Name(name) ? encodeURIComponent(name) : Array.from(encodeName(name), byte => `%${byte.toString(16).padStart(2, '0')}`).join('');
