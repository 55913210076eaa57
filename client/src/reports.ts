/** The way to image reports: the editor of raw images and the tabs of directories. What fills them is loaded when it is needed first. */
import * as vscode from 'vscode';
import type { ImageFacts } from '../../server/src/protocol.ts';
import type { HostRegistry } from './common/host-registry.ts';
import type { HostFactsModel } from './host-facts.ts';
import type { LanguageServer } from './language-client.ts';
import { imageTitle } from './tree/image-items.ts';

/** What a report is made from. */
export interface ReportParts {
  readonly language: Pick<LanguageServer, 'report' | 'imageSizes'>;
  readonly registry: HostRegistry;
  readonly hostFacts: Pick<HostFactsModel, 'onDidChange' | 'watch'>;
  /** Told when what a button asked for failed. */
  readonly failed: (error: unknown) => void;
}

/** The reports that are open. */
export interface Reports {
  /** Opens the report of an image, or brings it to the front. */
  show(image: ImageFacts): Promise<void>;
  dispose(): void;
}

/** The editor of raw images, by the name that package.json has. */
const viewType = 'portableServices.image';

/** Registers the editor of raw images, and creates the opener of reports. */
export function createReports(parts: ReportParts): Reports {
  const panels = new Map<string, vscode.WebviewPanel>();
  const fill = async (path: string, panel: vscode.WebviewPanel) => {
    const { showReport } = await import('./inspect/index.ts');
    showReport(parts, path, panel);
  };
  const editor = vscode.window.registerCustomEditorProvider(
    viewType,
    {
      openCustomDocument: uri => ({ uri, dispose: () => {} }),
      resolveCustomEditor: ({ uri }, panel) => fill(uri.fsPath, panel),
    },
    { webviewOptions: { enableFindWidget: true }, supportsMultipleEditorsPerDocument: true },
  );
  return {
    show: async image => {
      if (image.kind === 'raw') {
        await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(image.path), viewType);
        return;
      }
      const there = panels.get(image.path);
      if (there) return there.reveal();
      const panel = vscode.window.createWebviewPanel('portableServices.report', imageTitle(image), vscode.ViewColumn.Active, {
        enableFindWidget: true,
      });
      panels.set(image.path, panel);
      panel.onDidDispose(() => panels.delete(image.path));
      await fill(image.path, panel);
    },
    dispose: () => {
      editor.dispose();
      for (const panel of [...panels.values()]) panel.dispose();
    },
  };
}
