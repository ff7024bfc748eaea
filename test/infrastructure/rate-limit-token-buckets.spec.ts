import { describe, expect, it } from '@jest/globals';
import { TokenBuckets } from '../../src/infrastructure/rate-limit/token-buckets.js';

function buckets(options: { ratePerSecond?: number; burst?: number; maxKeys?: number } = {}) {
  const clock = { ms: 1_000_000 };
  const made = new TokenBuckets({ ratePerSecond: 10, burst: 20, now: () => clock.ms, ...options });
  const takeMany = (key: string, times: number) =>
    Array.from({ length: times }, () => made.take(key)).filter(({ allowed }) => allowed).length;
  return { clock, takeMany, take: (key: string) => made.take(key) };
}

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe('a token bucket', () => {
  it('allows its burst at once and its rate afterwards', () => {
    const { clock, takeMany } = buckets();
    expect(takeMany('a', 100)).toBe(20);
    clock.ms += 100;
    expect(takeMany('a', 100)).toBe(1);
    clock.ms += 1_000;
    expect(takeMany('a', 100)).toBe(10);
    clock.ms += 60_000;
    expect(takeMany('a', 100)).toBe(20);
  });

  it('says how long to wait, and waiting that long is enough, also after many refusals', () => {
    const { clock, take, takeMany } = buckets({ ratePerSecond: 3, burst: 7 });
    takeMany('a', 500);
    for (let round = 0; round < 50; round++) {
      const { allowed, retryAfterMs } = take('a');
      expect(allowed).toBe(false);
      expect(retryAfterMs).toBeGreaterThan(0);
      expect(retryAfterMs).toBeLessThanOrEqual(334);
      clock.ms += retryAfterMs;
      expect(take('a')).toEqual({ allowed: true, retryAfterMs: 0 });
    }
  });

  it('never allows more than burst and rate together, whatever the rhythm', () => {
    const { clock, take } = buckets({ ratePerSecond: 50, burst: 100 });
    let allowed = 0;
    const startedAt = clock.ms;
    for (let i = 0; i < 20_000; i++) {
      clock.ms += Math.random() * 4;
      if (take('a').allowed) allowed += 1;
      expect(allowed).toBeLessThanOrEqual(100 + ((clock.ms - startedAt) / 1_000) * 50 + 1e-6);
    }
    expect(allowed).toBeGreaterThan(((clock.ms - startedAt) / 1_000) * 50 * 0.95);
  });

  it('of one key does not touch another', () => {
    const { takeMany } = buckets();
    takeMany('flooding', 1_000);
    expect(takeMany('quiet', 20)).toBe(20);
  });

  it('is forgotten when too many others came after it, and memory stays bounded', () => {
    const { takeMany, take } = buckets({ maxKeys: 100 });
    takeMany('old', 1_000);
    expect(take('old').allowed).toBe(false);
    for (let i = 0; i < 100; i++) take(`address ${i}`);
    expect(take('old').allowed).toBe(true);
  });

  it('in use is not pushed out by a flood of other keys', () => {
    const { takeMany, take } = buckets({ maxKeys: 100 });
    takeMany('busy', 1_000);
    for (let i = 0; i < 10_000; i++) {
      take(`address ${i}`);
      expect(take('busy').allowed).toBe(false);
    }
  });

  it('starts no timers', () => {
    const before = timers();
    buckets().takeMany('a', 100);
    expect(timers()).toBe(before);
  });
});
