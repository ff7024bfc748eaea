import type { RotationProgress } from '../../control-plane/keys/rotate-keys.js';
import { failureOf, type Failure } from './failure.js';

export interface ManyRotations {
  rotated: string[];
  failed: (Failure & { tenantId: string })[];
  /** Not begun, or cut off, because the work was interrupted. */
  skipped: number;
}

interface Work {
  signal: AbortSignal;
  rotate(tenantId: string, onRows: (progress: RotationProgress) => void): Promise<void>;
  onTenant(done: number, failed: number): void;
  onRows?: ((progress: RotationProgress) => void) | undefined;
}

/** A line a second is enough for a person, and for a log. */
const LINE_MS = 1_000;

/** One tenant after the other: sealing keeps a processor busy. One that fails does not stop the others. */
export async function rotateMany(
  tenantIds: readonly string[],
  { signal, rotate, onTenant, onRows }: Work,
): Promise<ManyRotations> {
  const result: ManyRotations = { rotated: [], failed: [], skipped: 0 };
  const show = atMostEvery(LINE_MS, onRows);
  for (const tenantId of tenantIds) {
    if (signal.aborted) break;
    try {
      await rotate(tenantId, show);
      result.rotated.push(tenantId);
    } catch (error) {
      if (signal.aborted) break;
      result.failed.push({ tenantId, ...failureOf(error) });
    }
    onTenant(result.rotated.length, result.failed.length);
  }
  result.skipped = tenantIds.length - result.rotated.length - result.failed.length;
  return result;
}

function atMostEvery(pauseMs: number, show: Work['onRows']): (progress: RotationProgress) => void {
  let shownAt = -Infinity;
  return (progress) => {
    const isLast = progress.done >= progress.total;
    if (show === undefined || (!isLast && performance.now() - shownAt < pauseMs)) return;
    shownAt = performance.now();
    show(progress);
  };
}
