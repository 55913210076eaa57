/** What a program on a host says while it runs, line by line, and waiting for that only as long as it is wanted. */
import type { RemoteProcess } from './transport.ts';

/** The lines that a program prints, one a call; undefined after its end. */
export function lines({ stdout, ended }: RemoteProcess): () => Promise<string | undefined> {
  const ready: string[] = [];
  const waiting: ((line: string | undefined) => void)[] = [];
  let rest = '';
  let over = false;
  stdout.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString('latin1')).split('\n');
    rest = (parts.pop() ?? '').slice(0, 1024 * 1024);
    for (const part of parts) {
      const taker = waiting.shift();
      if (taker) taker(part);
      else ready.push(part);
    }
  });
  void ended.then(() => {
    over = true;
    for (const taker of waiting.splice(0)) taker(undefined);
  });
  return () => {
    const line = ready.shift();
    if (line !== undefined || over) return Promise.resolve(line);
    return new Promise(resolve => waiting.push(resolve));
  };
}

/** A promise, unless the signal comes first. */
export function withSignal<T>(promise: Promise<T>, signal: AbortSignal, error: () => Error): Promise<T> {
  if (signal.aborted) return Promise.reject(error());
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(error());
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
