/** A minimal event for code that must not know VS Code. `vscode.Event` has the same shape, so views can listen directly. */
export type Event<T> = (listener: (value: T) => void) => { dispose(): void };

/** Creates an event and the function that fires it. A listener that throws does not keep the others from hearing. */
export function createEvent<T = void>(): { event: Event<T>; fire: (value: T) => void } {
  const listeners = new Set<(value: T) => void>();
  return {
    event: listener => {
      const own = (value: T) => listener(value); // one entry a subscription, even for the same function twice
      listeners.add(own);
      return { dispose: () => listeners.delete(own) };
    },
    fire: value => {
      for (const listener of [...listeners]) {
        try {
          listener(value);
        } catch (error) {
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
  };
}
