import { Zone } from '../../business/zone.js';
import { exhausted } from './google-error.js';

const HOUR_MS = 3_600_000;

/** What a standard property has of each. */
const USUAL = {
  tokensPerDay: 200_000,
  tokensPerHour: 40_000,
  tokensPerProjectPerHour: 14_000,
  concurrentRequests: 10,
  serverErrorsPerProjectPerHour: 10,
  potentiallyThresholdedRequestsPerHour: 120,
} as const;

export type QuotaName = keyof typeof USUAL;
export const QUOTA_NAMES = Object.keys(USUAL) as QuotaName[];

const EXHAUSTED: Readonly<Record<QuotaName, string>> = {
  tokensPerDay:
    'Exhausted property tokens per day. These quota tokens will return in under 24 hours.',
  tokensPerHour:
    'Exhausted property tokens per hour. These quota tokens will return in under an hour.',
  tokensPerProjectPerHour:
    'Exhausted property tokens for a project per hour. These quota tokens will return in under an hour.',
  concurrentRequests: 'Exhausted concurrent requests quota.',
  serverErrorsPerProjectPerHour: 'Exhausted server errors quota for a project per hour.',
  potentiallyThresholdedRequestsPerHour: 'Exhausted potentially thresholded requests quota.',
};

export type Limits = Readonly<Partial<Record<QuotaName, number>>>;

interface Used {
  day: string;
  hour: number;
  perDay: number;
  perHour: number;
  thresholded: number;
  serverErrors: number;
}

/** What was used of a property's quotas, by the clock on the wall: a day ends at midnight in California, an hour with the hour. */
export class Quotas {
  readonly #used = new Map<number, Used>();
  readonly #pacific = new Zone('America/Los_Angeles');

  constructor(private readonly clock: () => number) {}

  /** @throws GoogleRefusal 429 where any quota is used up */
  admit(property: number, limits: Limits): void {
    const used = this.#of(property);
    for (const name of QUOTA_NAMES) {
      if (limit(limits, name) - consumed(used, name) <= 0) throw exhausted(EXHAUSTED[name]);
    }
  }

  /** Called with what a report cost once it is made. */
  spend(property: number, tokens: number, thresholded: boolean): void {
    const used = this.#of(property);
    used.perDay += tokens;
    used.perHour += tokens;
    used.thresholded += thresholded ? 1 : 0;
  }

  serverError(property: number): void {
    this.#of(property).serverErrors += 1;
  }

  /** PropertyQuota; numbers that are 0 are left out, as in all JSON of protobuf. */
  shown(property: number, limits: Limits, tokens: number): Record<string, unknown> {
    const used = this.#of(property);
    const status = (name: QuotaName) => {
      const remaining = Math.max(0, limit(limits, name) - consumed(used, name));
      return {
        ...(name.startsWith('tokens') && tokens > 0 ? { consumed: tokens } : {}),
        ...(remaining > 0 ? { remaining } : {}),
      };
    };
    return Object.fromEntries(QUOTA_NAMES.map((name) => [name, status(name)]));
  }

  #of(property: number): Used {
    const now = this.clock();
    const day = this.#pacific.dayOf(now);
    const hour = Math.floor(now / HOUR_MS);
    const before = this.#used.get(property);
    const sameDay = before?.day === day;
    const sameHour = before?.hour === hour;
    const used: Used = {
      day,
      hour,
      perDay: sameDay ? before.perDay : 0,
      perHour: sameHour ? before.perHour : 0,
      thresholded: sameHour ? before.thresholded : 0,
      serverErrors: sameHour ? before.serverErrors : 0,
    };
    this.#used.set(property, used);
    return used;
  }
}

function limit(limits: Limits, name: QuotaName): number {
  return limits[name] ?? USUAL[name];
}

function consumed(used: Used, name: QuotaName): number {
  switch (name) {
    case 'tokensPerDay':
      return used.perDay;
    case 'tokensPerHour':
    case 'tokensPerProjectPerHour':
      return used.perHour;
    case 'potentiallyThresholdedRequestsPerHour':
      return used.thresholded;
    case 'serverErrorsPerProjectPerHour':
      return used.serverErrors;
    case 'concurrentRequests':
      return 0;
  }
}
