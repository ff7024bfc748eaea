import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

/** One sample of a gauge at the moment it is asked. */
export interface Reading<Label extends string> {
  labels: Record<Label, string>;
  value: number;
}

export type ReadGauge<Label extends string> = () =>
  readonly Reading<Label>[] | Promise<readonly Reading<Label>[]>;

/**
 * Gauges that are read from live objects at each scrape, so that nothing has to remember to count up
 * and down. Until something is bound, and when reading fails, a gauge has no samples: no number is
 * better than an old one. Failures are counted in `numoon_gauge_failures_total{metric}`.
 */
export class LiveGauges<Labels extends { [Name in keyof Labels]: string }> {
  readonly #reads = new Map<keyof Labels, ReadGauge<string>>();
  readonly #failures: Counter<'metric'>;

  constructor(
    registry: Registry,
    private readonly readTimeoutMs: number,
  ) {
    this.#failures = new Counter({
      name: 'numoon_gauge_failures_total',
      help: 'Scrapes in which a gauge could not be read.',
      labelNames: ['metric'],
      registers: [registry],
    });
  }

  /** Binds a gauge to what it measures; a later binding replaces an earlier one. */
  collectFrom<Name extends keyof Labels>(name: Name, read: ReadGauge<Labels[Name]>): void {
    this.#reads.set(name, read);
  }

  define<Name extends keyof Labels & string>(
    registry: Registry,
    name: Name,
    help: string,
    labelNames: readonly Labels[Name][],
  ): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [],
      collect: () => this.#refresh(name, gauge),
    });
    registry.registerMetric(gauge);
  }

  async #refresh(name: keyof Labels & string, gauge: Gauge): Promise<void> {
    let readings: readonly Reading<string>[] = [];
    try {
      readings = (await this.#inTime(this.#reads.get(name))) ?? [];
    } catch {
      this.#failures.inc({ metric: name });
    }
    gauge.reset();
    // A gauge without labels is reset to 0, which would be a claim.
    gauge.remove({});
    for (const { labels, value } of readings) gauge.set(labels, value);
  }

  async #inTime<T>(read: (() => T | Promise<T>) | undefined): Promise<T | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('too slow')), this.readTimeoutMs);
    });
    try {
      return await Promise.race([read?.(), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
