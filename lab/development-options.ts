/**
 * Runs in the page of VS Code, before its own scripts: adds development options to the configuration that the page carries, as
 * @vscode/test-web does in its own page. (A page changed on its way counts as one from elsewhere, and may not open loopback WebSockets.)
 */

// what is used of a browser; the whole of its types would let them in everywhere
interface Element {
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
}
declare const document: { getElementById(id: string): Element | null };
declare const window: { readonly top: unknown };
declare const MutationObserver: new (
  changed: (changes: unknown, observer: { disconnect(): void }) => void,
) => { observe(node: unknown, options: { readonly childList: boolean; readonly subtree: boolean }): void };

export function addDevelopmentOptions(options: object): void {
  if (window !== window.top) return;
  new MutationObserver((_, observer) => {
    const element = document.getElementById('vscode-workbench-web-configuration');
    const text = element?.getAttribute('data-settings');
    if (!element || !text) return;
    observer.disconnect();
    const settings = JSON.parse(text);
    element.setAttribute(
      'data-settings',
      JSON.stringify({ ...settings, developmentOptions: { ...settings.developmentOptions, ...options } }),
    );
  }).observe(document, { childList: true, subtree: true });
}
