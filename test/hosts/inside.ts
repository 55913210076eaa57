/** Runs on a host itself, bundled: attaches images to the machine that it runs on, and prints what came of it as JSON, one line a case. */
import { forTesting } from '../../client/src/hosts/attach-options.ts';
import { createHost } from '../../client/src/hosts/host.ts';
import { systemDeps } from '../../client/src/hosts/system-deps.ts';
import type { ImageFacts } from '../../server/src/protocol.ts';

const progress = { signal: new AbortController().signal, report: () => {} };

/** What came of attaching, asking and detaching one image, by its steps: those named are left out. `own`: by the user's own manager. */
async function tryImage(path: string, without: readonly string[]): Promise<object> {
  const scope = without.includes('own') ? ({ scope: 'user' } as const) : {};
  const host = createHost({ kind: 'local', name: 'here', ...scope }, systemDeps({ log: () => {} }));
  const name = path.slice(path.lastIndexOf('/') + 1);
  const image: ImageFacts = { path, name, kind: 'directory', prefix: name.split('_', 1)[0] ?? name, units: [] };
  try {
    const attached = without.includes('attach') ? undefined : await host.attachAndStart(image, forTesting, progress);
    const state = await host.imageState(image);
    if (!without.includes('detach')) await host.detach(image, progress);
    return { hostPath: attached?.hostPath, state, after: await host.imageState(image) };
  } catch (error) {
    return { ...(error instanceof Error && { ...error, message: error.message }) };
  } finally {
    await host.dispose();
  }
}

const [path = '', ...without] = process.argv.slice(2);
tryImage(path, without).then(result => console.log(JSON.stringify(result)));
