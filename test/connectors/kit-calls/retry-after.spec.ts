import { describe, expect, test } from '@jest/globals';
import { retryAfterMs } from '../../../src/connectors/kit/calls/retry-after.js';

const NOW = Date.parse('2026-11-25T12:00:00Z');

describe('Retry-After', () => {
  test.each([
    ['0', 0],
    ['2', 2_000],
    [' 120 ', 120_000],
    ['2.5', 2_500],
    ['999999999', 86_400_000],
    ['Wed, 25 Nov 2026 12:00:30 GMT', 30_000],
    ['Wednesday, 25-Nov-26 12:00:30 GMT', 30_000],
    ['Wed, 25 Nov 2026 11:00:00 GMT', 0],
    ['Fri, 25 Nov 2033 12:00:00 GMT', 86_400_000],
  ])('%j is %i ms', (value, ms) => expect(retryAfterMs(value, NOW)).toBe(ms));

  test.each([
    '',
    '-1',
    'soon',
    '1e9',
    '0x10',
    'NaN',
    '12 seconds',
    '1,5',
    'Wed, 99 Nov 2026 12:00:00 GMT',
  ])('%j says nothing', (value) => expect(retryAfterMs(value, NOW)).toBeNull());

  test('may be absent', () => expect(retryAfterMs(undefined, NOW)).toBeNull());
});
