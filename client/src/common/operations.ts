/** Keeps two operations on one image and host apart: while one runs, another is refused, in words. */
import * as l10n from '@vscode/l10n';
import type { ImageFacts } from '../../../server/src/protocol.ts';
import type { Host } from '../hosts/contract.ts';
import { hostFailure } from '../hosts/errors.ts';
import { createEvent, type Event } from './event.ts';

/** What can be under way for an image. */
export type Doing = 'attaching' | 'detaching' | 'deploying';

interface Running {
  readonly doing: Doing;
  readonly image: ImageFacts;
}

/** The operations that are under way. */
export interface Operations {
  /** Fires when one starts or ends. */
  readonly onDidChange: Event<void>;
  /** What is under way for this very image on a host. */
  doing(host: Host, image: ImageFacts): Doing | undefined;
  /** Why an operation on the image cannot start now, in a sentence; undefined if it can. */
  refusal(host: Host, image: ImageFacts): string | undefined;
  /** Resolves when this very image is being brought to a host no more. */
  brought(host: Host, image: ImageFacts): Promise<void>;
  /** Runs the work and holds the image meanwhile. The caller has asked `refusal`; where another began since, it rejects with a HostFailure. */
  run<T>(host: Host, image: ImageFacts, doing: Doing, work: () => Promise<T>): Promise<T>;
}

const isBringing = (doing: Doing | undefined): boolean => doing === 'deploying' || doing === 'attaching';

/** Creates the register. Images of one prefix share an entry: portabled tells their units apart by that alone. */
export function createOperations(): Operations {
  const changed = createEvent();
  const running = new Map<string, Running>();
  const key = (host: Host, image: ImageFacts) => `${host.id}\n${image.prefix}`;

  function refusal(host: Host, image: ImageFacts): string | undefined {
    const other = running.get(key(host, image));
    if (!other) return undefined;
    switch (other.doing) {
      case 'attaching':
        return l10n.t('{0} is being attached to {1}. Wait until that ends, or cancel it.', other.image.name, host.name);
      case 'detaching':
        return l10n.t('{0} is being detached from {1}. Wait until that ends, or cancel it.', other.image.name, host.name);
      case 'deploying':
        return l10n.t('{0} is being deployed to {1}. Wait until that ends, or cancel it.', other.image.name, host.name);
    }
  }

  function doing(host: Host, image: ImageFacts): Doing | undefined {
    const entry = running.get(key(host, image));
    return entry?.image.path === image.path ? entry.doing : undefined;
  }

  return {
    onDidChange: changed.event,
    doing,
    refusal,
    brought: async (host, image) => {
      while (isBringing(doing(host, image))) {
        await new Promise<void>(resolve => {
          const listener = changed.event(() => {
            listener.dispose();
            resolve();
          });
        });
      }
    },
    run: async (host, image, doing, work) => {
      const refused = refusal(host, image);
      if (refused) throw hostFailure('refused', refused);
      running.set(key(host, image), { doing, image });
      changed.fire();
      try {
        return await work();
      } finally {
        running.delete(key(host, image));
        changed.fire();
      }
    },
  };
}
