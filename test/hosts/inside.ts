/** Runs on a host itself, bundled: works on images of the machine that it runs on, and prints what came of it as JSON. */
import { forTesting } from '../../client/src/hosts/attach-options.ts';
import { createHost } from '../../client/src/hosts/host.ts';
import { systemDeps } from '../../client/src/hosts/system-deps.ts';
import type { ImageFacts } from '../../server/src/protocol.ts';

/** What is asked of it. */
export interface Asked {
  readonly path: string;
  /** What is done, one after the other; by default all of a life. */
  readonly steps?: readonly ('attach' | 'deploy' | 'detach')[];
  /** By the user's own manager. */
  readonly own?: boolean;
  readonly brings?: readonly string[];
}

const progress = { signal: new AbortController().signal, report: () => {} };

/** What came of it: of the attach or deploy what it says, the state then, and the state in the end; or the failure. */
async function work({ path, steps = ['attach', 'detach'], own = false, brings = [] }: Asked): Promise<object> {
  const host = createHost({ kind: 'local', name: 'here', ...(own && { scope: 'user' }) }, systemDeps({ log: () => {} }));
  const name = path.slice(path.lastIndexOf('/') + 1);
  const image: ImageFacts = { path, name, kind: 'directory', prefix: name.split('_', 1)[0] ?? name, units: [] };
  const options = { ...forTesting, brings };
  try {
    const attached = steps.includes('attach') && (await host.attachAndStart(image, options, progress));
    const deployed = steps.includes('deploy') && (await host.deploy(image, options, progress));
    const { later, ...outcome } = deployed || attached || { later: undefined };
    const state = await host.imageState(image);
    if (steps.includes('detach')) await host.detach(image, progress);
    return { ...outcome, state, after: await host.imageState(image) };
  } catch (error) {
    return { ...(error instanceof Error && { ...error, message: error.message }) };
  } finally {
    await host.dispose();
  }
}

work(JSON.parse(process.argv[2] ?? '')).then(result => console.log(JSON.stringify(result)));
