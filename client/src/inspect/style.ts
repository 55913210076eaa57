/** The report's look: VS Code's own colours and fonts, so that it follows every theme. */
import type { Markup } from './html.ts';

/** A style sheet; no text of an image gets into it. */
export const style: Markup = {
  markup: `
body { color: var(--vscode-foreground); background: var(--vscode-editor-background); font: var(--vscode-font-size, 13px)/1.5 var(--vscode-font-family, sans-serif); padding: 0 24px 48px; }
main { max-width: 960px; }
header { padding-top: 20px; }
h1 { font-size: 1.9em; font-weight: 500; margin: 0; line-height: 1.25; overflow-wrap: anywhere; }
h2 { font-size: 1.2em; font-weight: 600; margin: 32px 0 8px; padding-bottom: 4px; border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-editorWidget-border)); }
h3 { font-size: 1em; font-weight: 600; margin: 20px 0 6px; }
p { margin: 4px 0; }
code, .path { font-family: var(--vscode-editor-font-family, monospace); font-size: .95em; color: inherit; background: none; padding: 0; overflow-wrap: anywhere; }
.path { color: var(--vscode-descriptionForeground); }
.state { margin-top: 10px; }
.badge { display: inline-block; padding: 0 8px; border-radius: 10px; margin-right: 4px; color: var(--vscode-badge-foreground); background: var(--vscode-badge-background); border: 1px solid var(--vscode-contrastBorder, transparent); }
.badge.good::before { content: '\\25cf'; margin-right: 5px; color: var(--vscode-testing-iconPassed); }
.bad { color: var(--vscode-errorForeground); }
.problems { margin-top: 20px; padding: 10px 16px; border-left: 3px solid var(--vscode-editorWarning-foreground); background: var(--vscode-textBlockQuote-background); }
.problems h2 { margin: 0 0 4px; border: 0; padding: 0; font-size: 1em; }
.problems ul { margin: 0; padding-left: 18px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 3px 20px; margin: 0; }
dt { color: var(--vscode-descriptionForeground); }
dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: baseline; padding: 4px 20px 4px 0; font-weight: 400; border-bottom: 1px solid color-mix(in srgb, var(--vscode-foreground) 12%, transparent); }
thead th { color: var(--vscode-descriptionForeground); white-space: nowrap; }
tbody th, td:first-child { white-space: nowrap; }
tr:last-child > * { border-bottom: 0; }
thead tr:last-child > * { border-bottom: 1px solid color-mix(in srgb, var(--vscode-foreground) 25%, transparent); }
.files { list-style: none; margin: 0; padding: 0; }
.files li { padding: 1px 0; }
`,
};
