/** The report's look: VS Code's own colours and fonts, so that it follows every theme, high contrast and forced colours included. */
import type { Markup } from './html.ts';

/** A style sheet; no text of an image gets into it. */
export const style: Markup = {
  markup: `
body { color: var(--vscode-foreground); background: var(--vscode-editor-background); font: var(--vscode-font-size, 13px)/1.5 var(--vscode-font-family, sans-serif); padding: 0 24px 48px; margin: 0; }
header, nav, main { max-width: 1080px; }
header { padding-top: 20px; }
h1 { font-size: 1.9em; font-weight: 500; margin: 0; line-height: 1.25; overflow-wrap: anywhere; }
h2 { font-size: 1.2em; font-weight: 600; margin: 32px 0 8px; padding-bottom: 4px; border-bottom: 1px solid var(--vscode-contrastBorder, var(--vscode-widget-border, var(--vscode-editorWidget-border))); }
h3 { font-size: 1em; font-weight: 600; margin: 20px 0 6px; }
p { margin: 4px 0; }
code, pre, .path { font-family: var(--vscode-editor-font-family, monospace); font-size: .95em; color: inherit; background: none; padding: 0; overflow-wrap: anywhere; }
.path { color: var(--vscode-descriptionForeground); }
pre { overflow-x: auto; margin: 6px 0; padding: 8px 12px; background: var(--vscode-textBlockQuote-background); border: 1px solid var(--vscode-contrastBorder, transparent); white-space: pre-wrap; }
a { color: var(--vscode-textLink-foreground); text-decoration: underline; }
#actions { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 12px; }
button { font: inherit; padding: 3px 12px; cursor: pointer; color: var(--vscode-button-secondaryForeground, var(--vscode-foreground)); background: var(--vscode-button-secondaryBackground, var(--vscode-badge-background)); border: 1px solid var(--vscode-contrastBorder, var(--vscode-button-border, transparent)); border-radius: 2px; }
button:hover { background: var(--vscode-button-secondaryHoverBackground, var(--vscode-badge-background)); }
#do-deploy { color: var(--vscode-button-foreground, #ffffff); background: var(--vscode-button-background, #0550ae); }
#contents ul { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 16px 0 0; padding: 0; }
:focus-visible { outline: 2px solid var(--vscode-contrastActiveBorder, var(--vscode-focusBorder)); outline-offset: 2px; }
h2:focus { outline: none; }
section:empty { display: none; }
.state.good::before { content: '\\25cf'; margin-right: 5px; color: var(--vscode-testing-iconPassed); }
/* as text, the colour of errors is too pale in some themes */
.state.bad { font-weight: 600; }
.state.bad::before { content: '\\2716'; margin-right: 5px; color: var(--vscode-errorForeground); }
#head .state { display: inline-block; padding: 0 8px; border-radius: 10px; color: var(--vscode-badge-foreground); background: var(--vscode-badge-background); border: 1px solid var(--vscode-contrastBorder, transparent); }
#head .state::before { color: inherit; }
#problems:not(:empty) { margin-top: 20px; padding: 10px 16px; border-left: 3px solid var(--vscode-editorWarning-foreground); background: var(--vscode-textBlockQuote-background); }
#problems h2 { margin: 0 0 4px; border: 0; padding: 0; font-size: 1em; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 3px 20px; margin: 0; }
dt { color: var(--vscode-descriptionForeground); }
dd { margin: 0; overflow-wrap: anywhere; }
.plain { list-style: none; margin: 0; padding: 0; }
.plain li { padding: 1px 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: baseline; padding: 4px 20px 4px 0; font-weight: 400; border-bottom: 1px solid var(--vscode-contrastBorder, color-mix(in srgb, var(--vscode-foreground) 12%, transparent)); }
thead th { color: var(--vscode-descriptionForeground); white-space: nowrap; border-bottom-color: color-mix(in srgb, var(--vscode-foreground) 25%, transparent); }
tbody th { white-space: nowrap; }
/* a long name may widen its column, which scrolls: broken anywhere, nobody reads it */
td code, td a, th code { overflow-wrap: break-word; }
#findings td:nth-child(2), #hosts td:nth-child(3) { min-width: 18em; }
#findings td:nth-child(n + 3), #hosts td:nth-child(2) { white-space: nowrap; }
#exposure th, #exposure td { padding-right: 12px; }
#units td:nth-child(4) { min-width: 10em; }
.exposure { white-space: nowrap; }
.bar { width: 56px; height: 8px; vertical-align: middle; margin-right: 4px; border: 1px solid var(--vscode-descriptionForeground); }
.bar.low rect { fill: var(--vscode-charts-green); }
.bar.middle rect { fill: var(--vscode-charts-yellow); }
.bar.high rect { fill: var(--vscode-charts-red); }
.treemap { width: 100%; height: 380px; margin: 8px 0; display: block; }
.treemap.single { height: 48px; }
.treemap rect { x: 1px; y: 1px; width: calc(100% - 2px); height: calc(100% - 2px); fill: var(--vscode-charts-blue); fill-opacity: .18; stroke: var(--vscode-foreground); stroke-opacity: .55; }
.treemap text { fill: var(--vscode-foreground); font-size: 12px; pointer-events: none; }
.treemap g:focus { outline: none; }
.treemap g:focus rect, .treemap g:hover rect { stroke: var(--vscode-focusBorder); stroke-opacity: 1; stroke-width: 3; fill-opacity: .35; }
details { margin: 6px 0; }
summary { cursor: pointer; }
.vscode-high-contrast .treemap rect, .vscode-high-contrast-light .treemap rect { fill-opacity: 0; stroke: var(--vscode-contrastBorder); stroke-opacity: 1; }
.vscode-high-contrast .bar[class] rect, .vscode-high-contrast-light .bar[class] rect { fill: var(--vscode-foreground); }
@media (max-width: 700px) { .treemap .detail { display: none; } }
@media (max-width: 480px) {
  body { padding: 0 12px 32px; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 6px; }
}
@media (forced-colors: active) {
  .bar { border-color: CanvasText; }
  .bar[class] rect { fill: CanvasText; forced-color-adjust: none; }
  .treemap rect { fill: Canvas; stroke: CanvasText; stroke-opacity: 1; fill-opacity: 1; forced-color-adjust: none; }
  .treemap text { fill: CanvasText; forced-color-adjust: none; }
  .treemap g:focus rect { stroke: Highlight; }
}
`,
};
