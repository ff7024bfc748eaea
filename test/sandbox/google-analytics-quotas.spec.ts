import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { GoogleVisit, JULY, messageOf, named, WEB } from './google-visit.js';

let owner: GoogleVisit;

beforeAll(async () => {
  owner = await GoogleVisit.ofOwner();
});
beforeEach(() => tell({ kind: 'quota' }));
afterAll(() => owner.sandbox.close());

function tell(change: object): Promise<unknown> {
  return owner.admin(`business/google-analytics/${WEB}`, change);
}

async function quotaLeft(): Promise<Record<string, { consumed?: number; remaining?: number }>> {
  const { body } = await owner.report(WEB, {
    dateRanges: JULY,
    metrics: named('sessions'),
    returnPropertyQuota: true,
  });
  return body['propertyQuota'] as Awaited<ReturnType<typeof quotaLeft>>;
}

describe('quotas of Google Analytics', () => {
  const report = { dateRanges: JULY, metrics: named('sessions'), returnPropertyQuota: true };

  test('go down with each report', async () => {
    const [first, second] = [await quotaLeft(), await quotaLeft()];
    expect(first).toMatchObject({ concurrentRequests: { remaining: 10 } });
    for (const name of ['tokensPerDay', 'tokensPerHour', 'tokensPerProjectPerHour']) {
      expect((first[name]?.remaining ?? 0) - (second[name]?.remaining ?? 0)).toBe(
        second[name]?.consumed,
      );
    }
  });

  test.each([
    ['tokensPerDay', /^Exhausted property tokens per day\./],
    ['tokensPerHour', /^Exhausted property tokens per hour\./],
    ['tokensPerProjectPerHour', /^Exhausted property tokens for a project per hour\./],
    ['concurrentRequests', /^Exhausted concurrent requests quota\.$/],
    [
      'potentiallyThresholdedRequestsPerHour',
      /^Exhausted potentially thresholded requests quota\.$/,
    ],
  ])('%s ends in its own words', async (name, words) => {
    await tell({ kind: 'quota', [name]: 0 });
    const answer = await owner.report(WEB, report);
    expect(answer.body['error']).toMatchObject({ code: 429, status: 'RESOURCE_EXHAUSTED' });
    expect(messageOf(answer)).toMatch(words);
  });

  test('ten server errors close a property for the rest of the hour', async () => {
    const kawa = 310_000_003;
    await owner.admin('knobs/google-analytics', {
      faults: [{ kind: 'status', status: 503, path: String(kawa), calls: 10 }],
    });
    const statuses = [];
    for (let call = 0; call < 11; call += 1)
      statuses.push((await owner.report(kawa, report)).status);
    await owner.admin('knobs/google-analytics', { faults: [] });
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 503), 429]);
  });
});
