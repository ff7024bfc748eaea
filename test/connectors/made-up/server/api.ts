import type { Depot, Money } from './business.js';
import { dayIn, TARIFFS } from './business.js';
import { only, Refusal } from './grants.js';

const PARCELS_MAX = 50;
const LINES = 40;
const CLAIMS = 25;
const SPAN_DAYS = 31;

type Listing = (depot: Depot, query: URLSearchParams) => object;

/** What the API answers below `/v2/depots/<code>`, with the scope that each needs. */
export const LISTINGS: Readonly<Record<string, { scope: string; answer: Listing }>> = {
  '': { scope: 'depots:read', answer: describe },
  '/parcels': { scope: 'parcels:read', answer: listParcels },
  '/shelf': { scope: 'parcels:read', answer: showShelf },
  '/deliveries': { scope: 'parcels:read', answer: reportDeliveries },
  '/tariffs': { scope: 'claims:read', answer: listTariffs },
  '/claims': { scope: 'claims:read', answer: listClaims },
};

export function depotJson({ code, number, title, zone, currency }: Depot): object {
  return { code, number, title, zone, currency: currency.toLowerCase(), training: false };
}

function describe(depot: Depot, query: URLSearchParams): object {
  only(query, []);
  return { depot: depotJson(depot) };
}

function listParcels(depot: Depot, query: URLSearchParams): object {
  only(query, ['handed_from', 'handed_before'], ['limit', 'after']);
  const from = instantIn(query, 'handed_from');
  const before = instantIn(query, 'handed_before');
  const limit = Number(query.get('limit') ?? 20);
  if (!(limit >= 1 && limit <= PARCELS_MAX) || from >= before) throw new Refusal(400, 'parameters');
  const found = depot.parcels
    .filter(({ handedMs }) => handedMs >= from && handedMs < before)
    .map(({ id, handedMs, service, fee, receiver }) => ({
      id,
      handed_at: new Date(handedMs).toISOString(),
      service,
      fee: moneyJson(fee),
      receiver: { name: receiver, email: `${receiver}@example.com` },
    }));
  return page('parcels', found, limit, query);
}

function showShelf(depot: Depot, query: URLSearchParams): object {
  only(query, []);
  const waiting = depot.parcels.filter(({ deliveredMs }) => deliveredMs === null);
  return {
    waiting: ['S', 'M', 'L'].map((size) => ({
      size,
      count: waiting.filter((parcel) => parcel.size === size).length,
    })),
  };
}

function reportDeliveries(depot: Depot, query: URLSearchParams): object {
  only(query, ['cut', 'from', 'to'], ['after']);
  const [cut, from, to] = ['cut', 'from', 'to'].map((name) => query.get(name) ?? '');
  const days = (Date.parse(to ?? '') - Date.parse(from ?? '')) / 86_400_000;
  if (!(days >= 0 && days < SPAN_DAYS)) throw new Refusal(400, 'span');
  if (cut !== 'carrier' && cut !== 'destination') throw new Refusal(400, 'cut');
  const lines = new Map<string, { delivered: number; late: number }>();
  for (const { carrier, country, service, deliveredMs, isLate } of depot.parcels) {
    if (deliveredMs === null) continue;
    const day = dayIn(depot.zone, deliveredMs);
    if (day < String(from) || day > String(to)) continue;
    const by = cut === 'carrier' ? { day, carrier } : { day, country, service };
    const line = lines.get(JSON.stringify(by)) ?? { ...by, delivered: 0, late: 0 };
    line.delivered += 1;
    if (isLate) line.late += 1;
    lines.set(JSON.stringify(by), line);
  }
  return page('lines', [...lines.values()], LINES, query);
}

function listTariffs(_depot: Depot, query: URLSearchParams): object {
  only(query, []);
  return { tariffs: [...TARIFFS].map(([code, title]) => ({ code, title })) };
}

function listClaims(depot: Depot, query: URLSearchParams): object {
  only(query, [], ['after']);
  const found = depot.claims.map(({ id, openedMs, tariff, paid }) => ({
    id,
    opened_at: new Date(openedMs).toISOString(),
    tariff,
    contents: 'a secret of the sender',
    paid:
      paid === null
        ? null
        : { at: new Date(paid.ms).toISOString(), ...(moneyJson(paid) as object) },
  }));
  return page('claims', found, CLAIMS, query);
}

function moneyJson({ currency, text }: Money): object {
  return { amount: text, currency: currency.toLowerCase() };
}

/** Whole seconds in UTC, and nothing else. */
function instantIn(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? '';
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) throw new Refusal(400, name);
  return Date.parse(text);
}

/** A cursor goes on with the question that it came from, and with no other. */
function page(
  name: string,
  items: readonly object[],
  size: number,
  query: URLSearchParams,
): object {
  const question = [...query].filter(([key]) => key !== 'after').join('&');
  const after = query.get('after');
  const [start = 0, asked] = after === null ? [0, question] : readCursor(after);
  if (asked !== question) throw new Refusal(400, 'after');
  const end = start + size;
  const cursor = Buffer.from(JSON.stringify([end, question])).toString('base64url');
  return { [name]: items.slice(start, end), after: end < items.length ? cursor : null };
}

function readCursor(text: string): [number, string] {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as [number, string];
  } catch {
    throw new Refusal(400, 'after');
  }
}
