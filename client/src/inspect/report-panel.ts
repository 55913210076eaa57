/** Shows one image report in an editor, and keeps it up to date while it can be seen. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { ImageSizesResult, ReportResult } from '../../../server/src/protocol.ts';
import { debounce, serialize } from '../common/coalesce.ts';
import { onSettings, profileFor, systemdVersion } from '../common/settings.ts';
import { systemClock } from '../hosts/clock.ts';
import { watchImage } from '../images/watch-files.ts';
import type { ReportParts } from '../reports.ts';
import { imageTitle } from '../tree/image-items.ts';
import type { ReportDocument } from './document.ts';
import { gatherHosts, type Report, type ReportHost } from './report.ts';
import { answerReport } from './report-actions.ts';
import { reportDocument } from './report-document.ts';
import { reportPage, reportParts } from './report-html.ts';

/** A build writes many files at once: the image is read when it has been quiet for this long, in ms. */
const quiet = 500;

/** Fills a panel with the report of the image at a path. */
export function showReport(parts: ReportParts, path: string, panel: vscode.WebviewPanel): void {
  const { registry, language, hostFacts } = parts;
  let facts: ReportResult | undefined;
  let sizes: ImageSizesResult | undefined;
  let hosts: readonly ReportHost[] = [];
  /** The parts as the page has them; none before there is a page. */
  let shown = new Map<string, string>();
  /** Parts were changed in the page, which is lost with the page when it is hidden. */
  let stale = false;
  let over = false;
  const counting = new vscode.CancellationTokenSource();

  panel.webview.options = { enableScripts: true, localResourceRoots: [] };

  function documentNow(): ReportDocument | undefined {
    const report: Report | undefined = facts && {
      facts,
      hosts,
      trusted: vscode.workspace.isTrusted,
      ...(sizes && { sizes }),
    };
    return report && reportDocument(report, Date.now());
  }

  function draw(anew = false): void {
    const document = over ? undefined : documentNow();
    if (!document || !panel.visible) {
      stale = true;
      return;
    }
    const fresh = reportParts(document);
    if (anew || shown.size === 0) {
      panel.webview.html = reportPage(document, { kind: 'editor', nonce: randomBytes(16).toString('base64') }, vscode.env.language);
      stale = false;
    } else {
      const changed = fresh.filter(({ id, markup }) => shown.get(id) !== markup);
      if (changed.length === 0) return;
      void panel.webview.postMessage({ parts: changed });
      stale = true;
    }
    shown = new Map(fresh.map(({ id, markup }) => [id, markup]));
  }

  const lookAtHosts = serialize(async () => {
    if (!facts || over) return;
    hosts = await gatherHosts(facts.image, registry.hosts(), registry.active());
    draw();
  });

  const lookAtImage = serialize(async () => {
    if (over) return;
    const host = registry.active();
    const target =
      host?.status.state === 'connected'
        ? { systemd: host.status.systemd.major, source: `host ${host.name}` }
        : { systemd: systemdVersion(), source: 'setting' };
    try {
      const asked = { image: path, ...target, profile: profileFor(path) };
      if (!facts) {
        facts = await language.report({ ...asked, quick: true });
        draw();
      }
      facts = await language.report(asked);
      hosts = await gatherHosts(facts.image, registry.hosts(), registry.active());
      draw();
      sizes = await language.imageSizes({ image: path }, counting.token);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      facts = facts ? { ...facts, image: { ...facts.image, problem } } : unread(path, problem, target);
    }
    draw();
  });

  let looking: vscode.Disposable | undefined;
  function look(): void {
    const later = debounce(systemClock, quiet, () => void lookAtImage());
    let listening = listen();
    const hostsChanged = registry.onDidChange(() => {
      for (const one of listening) one.dispose();
      listening = listen();
      later.request();
    });
    const known = [hostFacts.onDidChange(later.request), hostFacts.watch()];
    const settings = onSettings(['profile', 'systemdVersion'], later.request);
    const files = watchImage(path, later.request);
    looking = new vscode.Disposable(() => {
      later.cancel();
      for (const one of [hostsChanged, settings, files, ...known, ...listening]) one.dispose();
    });
  }
  /** Hosts tell what happens there; to listen connects to none. */
  const listen = () => {
    let version = versionOf();
    return registry.hosts().map(host =>
      host.onDidChange(() => {
        const before = version;
        version = versionOf();
        void (version === before ? lookAtHosts() : lookAtImage());
      }),
    );
  };
  const versionOf = () => {
    const status = registry.active()?.status;
    return status?.state === 'connected' ? status.systemd.major : undefined;
  };

  panel.onDidChangeViewState(() => {
    if (panel.visible === (looking !== undefined)) return;
    looking?.dispose();
    looking = undefined;
    if (!panel.visible) return;
    look();
    if (stale) draw(true);
    void lookAtImage();
  });
  panel.webview.onDidReceiveMessage((message: unknown) => {
    const document = documentNow();
    if (facts && document) void answerReport(message, { facts, document, told: parts.failed });
  });
  panel.onDidDispose(() => {
    over = true;
    looking?.dispose();
    counting.cancel();
    counting.dispose();
  });
  look();
  void lookAtImage().then(() => {
    if (!over && facts && panel.title === '') panel.title = imageTitle(facts.image);
  });
}

/** What is said of an image that the server could not be asked about. */
function unread(path: string, why: string, target: { readonly systemd: number; readonly source: string }): ReportResult {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.raw$/, '');
  const kind = path.endsWith('.raw') ? 'raw' : 'directory';
  const image = { path, name, kind, prefix: '', units: [], problem: why } as const;
  const counts = { error: 0, warning: 0, information: 0, hint: 0 };
  return { image, partitions: [], units: [], profiles: [], counts, findings: [], ...target };
}
