import { plant } from '../../../support/canaries/registry.js';
import type { TrueValue } from '../../../../sandbox/business/true-value.js';

export interface Depot {
  code: string;
  number: number;
  title: string;
  zone: string;
  currency: string;
  parcels: Parcel[];
  claims: Claim[];
}

export interface Parcel {
  id: string;
  handedMs: number;
  service: string;
  size: string;
  fee: Money;
  carrier: string;
  country: string;
  /** Null: still on the shelf. */
  deliveredMs: number | null;
  isLate: boolean;
  /** Whom nobody may hear of: a canary. */
  receiver: string;
}

export interface Claim {
  id: string;
  openedMs: number;
  tariff: string;
  paid: (Money & { ms: number }) | null;
}

/** `value` in the currency's smallest unit, `text` as Harbor writes it. */
export interface Money {
  currency: string;
  value: number;
  text: string;
}

const DAY_MS = 86_400_000;
const DIGITS: Readonly<Record<string, number>> = { EUR: 2, JPY: 0, KWD: 3 };

/** By code; one has no title, so claims on it belong to none. */
export const TARIFFS = new Map([
  ['T1', 'Basic cover'],
  ['T2', 'Full cover'],
]);

/** A fleet of two depots on both sides of the date line, the same for every start. */
export function makeFleet(nowMs: number): Depot[] {
  return [
    makeDepot('north-quay', 41, 'America/Los_Angeles', nowMs),
    makeDepot('south-pier', 42, 'Pacific/Auckland', nowMs),
  ];
}

export function dayIn(zone: string, ms: number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(ms);
}

/** Every figure that a connector may show of a depot, worked out from the business and nothing else. */
export function truthOf(depot: Depot, nowMs: number): TrueValue[] {
  const rows: TrueValue[] = [];
  const sums = new Map<string, TrueValue>();
  const add = (
    metric: string,
    ms: number,
    dimensions: Record<string, string>,
    by = 1,
    currency?: string,
  ) => {
    const day = dayIn(depot.zone, ms);
    const key = JSON.stringify([metric, day, dimensions, currency]);
    const row = sums.get(key) ?? { metric, day, dimensions, value: '0' };
    if (currency !== undefined) row.currency = currency;
    const digits = currency === undefined ? 0 : (DIGITS[currency] ?? 2);
    row.value = (Number(row.value) + by / 10 ** digits).toFixed(digits);
    if (!sums.has(key)) rows.push(row);
    sums.set(key, row);
  };
  for (const parcel of depot.parcels) {
    const { service, size, carrier, country, fee } = parcel;
    add('parcels.handed', parcel.handedMs, { service });
    add('parcels.fees', parcel.handedMs, { service }, fee.value, fee.currency);
    if (parcel.deliveredMs === null) {
      add('parcels.waiting', nowMs, { size });
      continue;
    }
    const cuts: Record<string, string>[] = [{ carrier }, { country, service }];
    for (const cut of cuts) {
      add('deliveries.count', parcel.deliveredMs, cut);
      if (parcel.isLate) add('deliveries.late', parcel.deliveredMs, cut);
    }
  }
  for (const claim of depot.claims) {
    const dimensions = { tariff: TARIFFS.get(claim.tariff) ?? 'none' };
    add('claims.opened', claim.openedMs, dimensions);
    const { paid } = claim;
    if (paid !== null) add('claims.paid', paid.ms, dimensions, paid.value, paid.currency);
  }
  return rows;
}

function makeDepot(code: string, number: number, zone: string, nowMs: number): Depot {
  const next = numbers(number);
  const pick = <T>(items: readonly T[]): T => items[next() % items.length] as T;
  const money = (): Money => {
    const currency = pick(Object.keys(DIGITS));
    const value = next() % 100_000;
    const digits = DIGITS[currency] ?? 2;
    return { currency, value, text: (value / 10 ** digits).toFixed(digits) };
  };
  const parcels = Array.from({ length: 400 }, (_, index): Parcel => {
    const handedMs = wholeSecond(nowMs - 3_600_000 - ((next() * 7) % (50 * DAY_MS)));
    const deliveredMs = handedMs + (next() % (4 * DAY_MS));
    return {
      id: `pcl_${number}_${index}`,
      handedMs,
      service: pick(['same-day', 'economy', 'express']),
      size: pick(['S', 'M', 'L']),
      fee: money(),
      carrier: pick(['Gull', 'Tern']),
      country: pick(['NZ', 'US', 'JP']),
      deliveredMs: deliveredMs < nowMs ? deliveredMs : null,
      isLate: next() % 4 === 0,
      receiver: plant('name'),
    };
  });
  const claims = Array.from({ length: 60 }, (_, index): Claim => {
    const openedMs = wholeSecond(nowMs - DAY_MS - ((next() * 31) % (200 * DAY_MS)));
    const ms = wholeSecond(Math.min(nowMs - 1_000, openedMs + (next() % (90 * DAY_MS))));
    const paid = index % 3 === 0 ? null : { ...money(), ms };
    return { id: `clm_${number}_${index}`, openedMs, tariff: pick(['T1', 'T2', 'T3']), paid };
  });
  const title = `Depot ${number}`;
  return { code, number, title, zone, currency: 'EUR', parcels, claims };
}

/** Harbor's clock knows no less. */
function wholeSecond(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000;
}

/** The same numbers for the same seed, below 2^31. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state >>> 3;
  };
}
