import { addDays } from '../../../../../src/kernel/calendar.js';
import { currencyDigits } from '../../../../../src/kernel/currency.js';
import { decimal } from '../../../../../src/connectors/kit/read/decimal.js';
import { isoInstant } from '../../../../../src/connectors/kit/read/iso-instant.js';
import { list } from '../../../../../src/connectors/kit/read/list.js';
import { object } from '../../../../../src/connectors/kit/read/object.js';
import { optionalText } from '../../../../../src/connectors/kit/read/optional-text.js';
import { text } from '../../../../../src/connectors/kit/read/text.js';
import type { Stream } from '../../../../../src/connectors/kit/stream.js';
import { depotPath } from '../account.js';
import { currencyOf } from '../money.js';

interface Parcel {
  handedMs: number;
  service: string;
  currency: string;
  units: number;
}

/** Parcels by when they were handed in, which is when their fee is due. */
export const parcels: Stream<Parcel> = {
  name: 'parcels',
  metrics: ['parcels.handed', 'parcels.fees'],
  covers: 'days',
  sliceDays: 31,
  historyDays: 730,
  // Fees are corrected within two weeks, once the parcel was weighed.
  lookBackDays: 14,
  everyMinutes: 60,
  lookBackEveryHours: 24,
  recentDays: 2,
  scope: 'parcels:read',
  async page(client, { account, clock, from, to }, cursor) {
    const { body } = await client.get(`${depotPath(account.id)}/parcels`, {
      handed_from: instant(clock.startOf(from)),
      handed_before: instant(clock.startOf(addDays(to, 1))),
      limit: 50,
      after: cursor ?? undefined,
    });
    const items = list(body, 'parcels');
    return { rows: items.map(narrow), records: items.length, next: optionalText(body, 'after') };
  },
  map({ handedMs, service, currency, units }, slice, points) {
    const day = slice.clock.dayOf(handedMs);
    points.add('parcels.handed', day, 1, { dimensions: { service } });
    points.add('parcels.fees', day, units, { currency, dimensions: { service } });
  },
};

function narrow(item: unknown): Parcel {
  const fee = object(item, 'fee');
  const currency = currencyOf(fee);
  return {
    handedMs: isoInstant(item, 'handed_at'),
    service: text(item, 'service'),
    currency,
    units: decimal(fee, 'amount', currencyDigits(currency)),
  };
}

/** Harbor takes whole seconds alone. */
function instant(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
