import { currencyDigits } from '../../../../../src/kernel/currency.js';
import { decimal } from '../../../../../src/connectors/kit/read/decimal.js';
import { isoInstant } from '../../../../../src/connectors/kit/read/iso-instant.js';
import { list } from '../../../../../src/connectors/kit/read/list.js';
import { optionalObject } from '../../../../../src/connectors/kit/read/optional-object.js';
import { optionalText } from '../../../../../src/connectors/kit/read/optional-text.js';
import { text } from '../../../../../src/connectors/kit/read/text.js';
import type { Stream } from '../../../../../src/connectors/kit/stream.js';
import { depotPath } from '../account.js';
import { currencyOf } from '../money.js';

interface Claim {
  openedMs: number;
  tariff: string;
  paid: { ms: number; currency: string; units: number } | null;
}

/** Titles of tariffs by their code: claims name the code alone. */
type Tariffs = ReadonlyMap<string, string>;

/** All claims, each time: Harbor lists them in no order, and a payment may come a year later. */
export const claims: Stream<Claim, Tariffs> = {
  name: 'claims',
  metrics: ['claims.opened', 'claims.paid'],
  covers: 'whole',
  sliceDays: 31,
  historyDays: 365,
  lookBackDays: 90,
  everyMinutes: 360,
  lookBackEveryHours: 24,
  recentDays: 90,
  scope: 'claims:read',
  async prepare(client, { account }) {
    const { body } = await client.get(`${depotPath(account.id)}/tariffs`);
    return new Map(list(body, 'tariffs').map((it) => [text(it, 'code'), text(it, 'title')]));
  },
  async page(client, { account }, cursor) {
    const query = { after: cursor ?? undefined };
    const { body } = await client.get(`${depotPath(account.id)}/claims`, query);
    const items = list(body, 'claims');
    return { rows: items.map(narrow), records: items.length, next: optionalText(body, 'after') };
  },
  map({ openedMs, tariff, paid }, { clock }, points, tariffs) {
    const dimensions = { tariff: tariffs.get(tariff) ?? 'none' };
    points.add('claims.opened', clock.dayOf(openedMs), 1, { dimensions });
    if (paid === null) return;
    const { ms, currency, units } = paid;
    points.add('claims.paid', clock.dayOf(ms), units, { currency, dimensions });
  },
};

function narrow(item: unknown): Claim {
  const paid = optionalObject(item, 'paid');
  return {
    openedMs: isoInstant(item, 'opened_at'),
    tariff: text(item, 'tariff'),
    paid: paid === null ? null : paymentOf(paid),
  };
}

function paymentOf(paid: unknown): Claim['paid'] {
  const currency = currencyOf(paid);
  return {
    ms: isoInstant(paid, 'at'),
    currency,
    units: decimal(paid, 'amount', currencyDigits(currency)),
  };
}
