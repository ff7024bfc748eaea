import { SyncStoppedError } from '../sync.errors.js';

/**
 * What `work` gives, or SyncStoppedError as soon as the signal comes: a provider's answer may be long in
 * coming, and what comes too late is dropped.
 */
export function untilStopped<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(new SyncStoppedError());
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
