import { ConnectionsExhaustedError } from '../tenancy.errors.js';
import type { Lease } from './lease.js';
import type { Waiter } from './tenant-pool.js';

export interface Wait {
  waitMs: number;
  signal: AbortSignal | undefined;
  /** Stands in line from now on. Not called where `signal` is aborted already. */
  enqueue(waiter: Waiter): void;
  /** Goes away without a connection: too long, aborted, or sent away. */
  left(): void;
  waited?(seconds: number): void;
}

/**
 * One request that waits for a connection; settled once, by whoever comes first.
 *
 * @throws ConnectionsExhaustedError after `waitMs`; the signal's reason; what it is sent away with
 */
export function waitInLine({ waitMs, signal, ...line }: Wait): Promise<Lease> {
  return new Promise<Lease>((resolve, reject) => {
    const settle = (): boolean => {
      if (waiter.settled) return false;
      waiter.settled = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      line.waited?.((performance.now() - waiter.since) / 1000);
      return true;
    };
    const waiter: Waiter = {
      settled: false,
      since: performance.now(),
      resolve: (lease) => void (settle() && resolve(lease)),
      reject: (error) => {
        if (!settle()) return;
        line.left();
        reject(error as Error);
      },
    };
    const abort = (): void => waiter.reject(signal?.reason);
    const timer = setTimeout(() => waiter.reject(new ConnectionsExhaustedError(waitMs)), waitMs);
    if (signal?.aborted === true) return abort();
    signal?.addEventListener('abort', abort, { once: true });
    line.enqueue(waiter);
  });
}
