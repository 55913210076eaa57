/** Findings as LSP diagnostics. */
import type { Diagnostic, DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver';
import type { Severity } from '../rules/rule.ts';
import type { JudgedText } from './judge.ts';

/** The protocol's number of each severity. */
export const severities = { error: 1, warning: 2, information: 3, hint: 4 } as const satisfies Record<Severity, DiagnosticSeverity>;
const unnecessary = 1 satisfies DiagnosticTag;

/** The name that diagnostics are shown under. */
const source = 'portable-services';
/** More in one file help nobody, and slow the editor down. */
const most = 1_000;

/** The diagnostics of a document. `page` gives the address of a rule's page, where there is one to open. */
export const diagnosticsOf = (judged: JudgedText, page: (code: string) => string | undefined): Diagnostic[] =>
  judged.findings.slice(0, most).map(({ code, severity, message, fades, start, end }) => {
    const href = page(code);
    return {
      range: judged.lines.range({ start, end }),
      severity: severities[severity],
      source,
      code,
      message,
      ...(href && { codeDescription: { href } }),
      ...(fades && { tags: [unnecessary] }),
    };
  });
