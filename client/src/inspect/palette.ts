/** Colours for a report outside of VS Code, by the names that VS Code gives them: light, dark, and the user's own where the system forces them. */
import type { Markup } from './html.ts';

/** A style sheet that stands before style.ts. */
export const palette: Markup = {
  markup: `
:root { color-scheme: light dark; --vscode-font-family: system-ui, sans-serif; --vscode-font-size: 14px; --vscode-editor-font-family: ui-monospace, monospace;
--vscode-foreground: #1f2328; --vscode-editor-background: #ffffff; --vscode-descriptionForeground: #57606a; --vscode-widget-border: #d0d7de;
--vscode-textLink-foreground: #0550ae; --vscode-focusBorder: #0550ae; --vscode-errorForeground: #b3001e; --vscode-testing-iconPassed: #116329;
--vscode-badge-background: #eaeef2; --vscode-badge-foreground: #1f2328; --vscode-textBlockQuote-background: #f6f8fa; --vscode-editorWarning-foreground: #9a6700;
--vscode-charts-green: #2da44e; --vscode-charts-yellow: #bf8700; --vscode-charts-red: #cf222e; --vscode-charts-blue: #218bff; }
@media (prefers-color-scheme: dark) { :root {
--vscode-foreground: #e6edf3; --vscode-editor-background: #16191d; --vscode-descriptionForeground: #a9b4c0; --vscode-widget-border: #3b434b;
--vscode-textLink-foreground: #79b8ff; --vscode-focusBorder: #79b8ff; --vscode-errorForeground: #ff9087; --vscode-testing-iconPassed: #6bd67f;
--vscode-badge-background: #333b44; --vscode-badge-foreground: #e6edf3; --vscode-textBlockQuote-background: #1f242a; --vscode-editorWarning-foreground: #d9a400;
--vscode-charts-green: #3fb950; --vscode-charts-yellow: #d9a400; --vscode-charts-red: #f85149; --vscode-charts-blue: #58a6ff; } }
`,
};
