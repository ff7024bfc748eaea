import type { CreateTenantRequest } from '../../control-plane/admin/create-tenant.js';
import type { OpenedAccount } from '../../control-plane/provisioning/open-account.js';
import { failureOf, type Failure } from './failure.js';

export interface Creation {
  created: OpenedAccount[];
  failed: (Failure & { organization: string })[];
  /** Not begun, because the work was interrupted. */
  skipped: number;
}

interface Work {
  concurrency: number;
  signal: AbortSignal;
  create(request: CreateTenantRequest): Promise<OpenedAccount>;
  onProgress(created: number, failed: number): void;
}

/** Opens accounts, a bounded number at once. One that fails does not stop the others. */
export async function createMany(
  requests: readonly CreateTenantRequest[],
  { concurrency, signal, create, onProgress }: Work,
): Promise<Creation> {
  const created = new Map<number, OpenedAccount>();
  const failed = new Map<number, Creation['failed'][number]>();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < requests.length && !signal.aborted) {
      const index = next;
      next += 1;
      const request = requests[index] as CreateTenantRequest;
      try {
        created.set(index, await create(request));
      } catch (error) {
        failed.set(index, { organization: request.organization, ...failureOf(error) });
      }
      onProgress(created.size, failed.size);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, requests.length) }, worker));
  return {
    created: inOrder(created),
    failed: inOrder(failed),
    skipped: requests.length - created.size - failed.size,
  };
}

/** As asked for, not as they came to an end. */
function inOrder<T>(results: Map<number, T>): T[] {
  return [...results].toSorted(([a], [b]) => a - b).map(([, result]) => result);
}
