import type { Coverage } from '../store/metric-data.js';
import type { Buckets } from './buckets.js';

const PROVISIONAL = 2;

/** What is known of each metric of each integration, looked up once for all series that share it. */
export class CoverageIndex {
  readonly #days = new Map<string, Uint8Array>();
  readonly #known = new Map<string, Uint8Array>();
  readonly #lastKnown = new Map<string, Int32Array>();

  constructor(
    coverage: readonly Coverage[],
    private readonly buckets: Buckets,
  ) {
    for (const { integrationId, metric, days } of coverage) {
      this.#days.set(keyOf(integrationId, metric), days);
    }
  }

  isKnown(integrationId: string, metric: string, offset: number): boolean {
    return (this.#days.get(keyOf(integrationId, metric))?.[offset] ?? 0) !== 0;
  }

  /** For each period 1 where a day of it is known of any of the integrations. */
  knownBuckets(integrationIds: readonly string[], metric: string): Uint8Array {
    const key = `${integrationIds.join(' ')}\0${metric}`;
    let known = this.#known.get(key);
    if (known === undefined) {
      known = new Uint8Array(this.buckets.days.length);
      for (const id of integrationIds) {
        this.lastKnown(id, metric).forEach((offset, at) => {
          if (offset >= 0 && known !== undefined) known[at] = 1;
        });
      }
      this.#known.set(key, known);
    }
    return known;
  }

  /** For each period the index of its last known day; -1 where none is known. */
  lastKnown(integrationId: string, metric: string): Int32Array {
    const key = keyOf(integrationId, metric);
    let last = this.#lastKnown.get(key);
    if (last === undefined) {
      last = lastKnownDays(this.#days.get(key), this.buckets.offsets);
      this.#lastKnown.set(key, last);
    }
    return last;
  }

  /** Index of the first day in the range that may still change; -1 where none may. */
  firstProvisional(integrationId: string, metric: string): number {
    const days = this.#days.get(keyOf(integrationId, metric));
    return days?.indexOf(PROVISIONAL, this.buckets.offsets[0]) ?? -1;
  }
}

function lastKnownDays(days: Uint8Array | undefined, offsets: Int32Array): Int32Array {
  const last = new Int32Array(offsets.length - 1).fill(-1);
  if (days === undefined) return last;
  for (let at = 0; at < last.length; at += 1) {
    const begin = offsets[at] ?? 0;
    for (let day = (offsets[at + 1] ?? 0) - 1; day >= begin; day -= 1) {
      if ((days[day] ?? 0) !== 0) {
        last[at] = day;
        break;
      }
    }
  }
  return last;
}

function keyOf(integrationId: string, metric: string): string {
  return `${integrationId}\0${metric}`;
}
