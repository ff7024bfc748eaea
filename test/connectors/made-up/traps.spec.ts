import { describe, expect, test } from '@jest/globals';
import { readStream, total } from '../support/read-stream.js';
import { connector } from './harbor/connector.js';
import { metrics } from './harbor/metrics.js';

const parcel = (handedAt: string, fee: { amount: string; currency: string }) => ({
  handed_at: handedAt,
  service: 'express',
  fee,
});
const euro = { amount: '12.30', currency: 'eur' };
const AUCKLAND = { account: { timeZone: 'Pacific/Auckland' } };

describe('what Harbor’s documentation warns of', () => {
  test('a day is the depot’s, and is asked for from its own midnight to the next', async () => {
    const asked: unknown[] = [];
    // Clocks go forward in Auckland on 27 September 2026: that day has 23 hours.
    const slice = { from: '2026-09-27', to: '2026-09-27', today: '2026-09-28', ...AUCKLAND };
    const points = await readStream(
      connector,
      'parcels',
      ({ query }) => {
        asked.push([query['handed_from'], query['handed_before']]);
        return {
          parcels: [parcel('2026-09-26T12:00:00Z', euro), parcel('2026-09-27T11:00:00Z', euro)],
        };
      },
      slice,
    );
    expect(asked).toEqual([['2026-09-26T12:00:00Z', '2026-09-27T11:00:00Z']]);
    expect(total(points, 'parcels.handed', { day: '2026-09-27' })).toBe(1);
  });

  test('an amount has its currency’s digits: none in yen, three in dinars', async () => {
    const at = '2026-11-10T12:00:00Z';
    const fees = [euro, { amount: '1230', currency: 'jpy' }, { amount: '1.234', currency: 'kwd' }];
    const points = await readStream(connector, 'parcels', () => ({
      parcels: fees.map((fee) => parcel(at, fee)),
    }));
    const fee = (currency: string) => total(points, 'parcels.fees', { currency });
    expect(['EUR', 'JPY', 'KWD'].map(fee)).toEqual([1230, 1230, 1234]);
  });

  test('deliveries come in cuts that are not crossed, page after page', async () => {
    const counts = { delivered: 2, late: 1 };
    const day = '2026-11-10';
    const points = await readStream(connector, 'deliveries', ({ query: { cut, after } }) => {
      if (cut === 'destination') {
        return { lines: [{ day, country: 'NZ', service: 'express', ...counts }], after: null };
      }
      const carrier = after === 'more' ? 'Tern' : 'Gull';
      return { lines: [{ day, carrier, ...counts }], after: after === 'more' ? null : 'more' };
    });
    const cuts = metrics.find(({ key }) => key === 'deliveries.count')?.breakdowns ?? [];
    const known = cuts.map((cut) => [...cut].sort().join());
    expect(points).toHaveLength(6);
    for (const { dimensions } of points) {
      expect(known).toContain(Object.keys(dimensions).sort().join());
    }
  });

  test('a tariff that was abolished has no title', async () => {
    const claim = { opened_at: '2026-11-10T12:00:00Z', tariff: 'T9', paid: null };
    const points = await readStream(connector, 'claims', ({ path }) =>
      path.endsWith('/tariffs')
        ? { tariffs: [{ code: 'T1', title: 'Basic' }] }
        : { claims: [claim] },
    );
    expect(total(points, 'claims.opened', { dimensions: { tariff: 'none' } })).toBe(1);
  });
});
