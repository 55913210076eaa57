/** Shows image reports in editor tabs: one an image, kept up to date while it can be seen. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import { serialize } from '../common/coalesce.ts';
import type { ImagesModel } from '../images/model.ts';
import type { ImageStates } from '../images/states.ts';
import { imageTitle } from '../tree/image-items.ts';
import { gatherReport } from './report.ts';
import { reportPage } from './report-html.ts';

/** The reports that are open. */
export interface Reports {
  /** Opens the report of an image, or brings it to the front. */
  show(image: ImageFacts): void;
  dispose(): void;
}

/** Creates the opener of reports. */
export function createReports(images: ImagesModel, states: ImageStates): Reports {
  const panels = new Map<string, vscode.WebviewPanel>();

  function open(first: ImageFacts): void {
    const panel = vscode.window.createWebviewPanel('portableServices.report', imageTitle(first), vscode.ViewColumn.Active, {
      enableScripts: false,
      enableFindWidget: true,
      localResourceRoots: [],
    });
    panels.set(first.path, panel);
    let shown = '';
    const draw = serialize(async () => {
      const image = images.images().find(other => other.path === first.path) ?? first;
      const report = await gatherReport(image, states.of(image));
      if (panels.get(first.path) !== panel) return; // closed meanwhile
      const { onHost } = report;
      const content = JSON.stringify({ ...report, onHost: onHost.kind === 'no-host' ? onHost : { ...onHost, host: onHost.host.id } });
      if (content === shown) return; // drawn anew, it would jump back to the top
      shown = content;
      panel.title = imageTitle(image);
      panel.webview.html = reportPage(report, randomBytes(16).toString('base64'), Date.now());
    });

    const look = () =>
      vscode.Disposable.from(
        states.watch(),
        states.onDidChange(() => void draw()),
      );
    let looking: vscode.Disposable | undefined = look();
    panel.onDidChangeViewState(() => {
      if (panel.visible === (looking !== undefined)) return;
      looking?.dispose();
      looking = panel.visible ? look() : undefined;
      if (panel.visible) void draw();
    });
    panel.onDidDispose(() => {
      looking?.dispose();
      panels.delete(first.path);
    });
    void draw();
  }

  return {
    show: image => {
      const there = panels.get(image.path);
      if (there) there.reveal();
      else open(image);
    },
    dispose: () => {
      for (const panel of [...panels.values()]) panel.dispose();
    },
  };
}
