/**
 * A window of its own: works on an image and prints what came of it as JSON, once for its argument, or for each line of its input. It runs on a host
 * itself, bundled, for what only happens on the machine that the extension runs on; or here, where two processes are to meet on a host.
 */
import { createInterface } from 'node:readline';
import { forTesting } from '../../client/src/hosts/attach/attach-options.ts';
import type { HostDefinition } from '../../client/src/hosts/contract.ts';
import { createHost } from '../../client/src/hosts/host.ts';
import { systemDeps } from '../../client/src/hosts/system-deps.ts';
import type { ImageFacts } from '../../server/src/protocol.ts';

/** What is asked of it. */
export interface Asked {
  readonly path: string;
  /** What is done, one after the other; by default all of a life. */
  readonly steps?: readonly ('attach' | 'deploy' | 'detach' | 'attach there' | 'detach there')[];
  /** By the user's own manager. */
  readonly own?: boolean;
  readonly brings?: readonly string[];
  /** Over ssh, with that configuration; else on the machine that it runs on. */
  readonly ssh?: { readonly destination: string; readonly config: string };
}

const progress = { signal: new AbortController().signal, report: () => {} };

/** What came of it: of the attach or deploy what it says, the state then, and the state in the end; or the failure. */
async function work({ path, steps = ['attach', 'detach'], own = false, brings = [], ssh }: Asked): Promise<object> {
  const definition: HostDefinition = ssh
    ? { kind: 'ssh', name: 'there', destination: ssh.destination }
    : { kind: 'local', name: 'here', ...(own && { scope: 'user' }) };
  const host = createHost(definition, systemDeps({ log: () => {}, ...(ssh && { sshConfigFile: ssh.config }) }));
  const name = path.slice(path.lastIndexOf('/') + 1);
  const image: ImageFacts = { path, name, kind: 'directory', prefix: name.split('_', 1)[0] ?? name, units: [] };
  const options = { ...forTesting, brings };
  try {
    const attached = steps.includes('attach') && (await host.attachAndStart(image, options, progress));
    const deployed = steps.includes('deploy') && (await host.deploy(image, options, progress));
    const { later, ...outcome } = deployed || attached || { later: undefined };
    if (steps.includes('attach there')) return { ...(await host.onHost.attach(path, forTesting, progress)), how: 'attached' };
    if (steps.includes('detach there')) {
      const agreed = (await host.onHost.affectedByDetach(path)).units.map(unit => unit.name);
      return { removed: await host.onHost.detach(path, { clean: false, reload: true, agreed }, progress) };
    }
    const state = await host.imageState(image);
    if (steps.includes('detach')) await host.detach(image, progress);
    return { ...outcome, state, after: await host.imageState(image) };
  } catch (error) {
    return { ...(error instanceof Error && { ...error, message: error.message }) };
  } finally {
    await host.dispose();
  }
}

const answer = async (asked: string): Promise<void> => console.log(JSON.stringify(await work(JSON.parse(asked))));

const [, , once] = process.argv;
if (once !== undefined) await answer(once);
else for await (const line of createInterface(process.stdin)) await answer(line);
