/** Findings as LSP diagnostics. */
import type { Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver';
import { profileAddressPath, profileScheme } from '../protocol-profiles.ts';
import type { Related, Severity } from '../rules/rule.ts';
import type { JudgedText } from './judge.ts';

/** The protocol's number of each severity. */
export const severities = { error: 1, warning: 2, information: 3, hint: 4 } as const satisfies Record<Severity, DiagnosticSeverity>;
const unnecessary = 1 satisfies DiagnosticTag;

/** The name that diagnostics are shown under. */
const source = 'portable-services';
/** More in one file help nobody, and slow the editor down. */
const most = 1_000;

/** The lines of the profile that a finding is also about. */
const relatedOf = (related: readonly Related[]): DiagnosticRelatedInformation[] =>
  related.map(({ profile, systemd, line, message }) => {
    const uri = profile.uri ?? `${profileScheme}:${profileAddressPath(encodeURIComponent(profile.name))}?${systemd}`;
    return { location: { uri, range: { start: { line, character: 0 }, end: { line: line + 1, character: 0 } } }, message };
  });

/** The diagnostics of a document. `page` gives the address of a rule's page, where there is one to open; `profiles`: the editor opens profiles. */
export const diagnosticsOf = (judged: JudgedText, page: (code: string) => string | undefined, profiles = false): Diagnostic[] =>
  judged.findings.slice(0, most).map(({ code, severity, message, fades, start, end, related }) => {
    const href = page(code);
    return {
      range: judged.lines.range({ start, end }),
      severity: severities[severity],
      source,
      code,
      message,
      ...(href && { codeDescription: { href } }),
      ...(fades && { tags: [unnecessary] }),
      ...(related && profiles && { relatedInformation: relatedOf(related) }),
    };
  });
