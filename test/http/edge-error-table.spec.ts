import { describe, expect, it } from '@jest/globals';
import { ERROR_STATUS, statusOf } from '../../src/entry/http/problem/error-status.js';
import { retryAfterOf } from '../../src/entry/http/problem/retry-after.js';

describe('the table of statuses', () => {
  it('gives every 429 and 503 a wait, and nothing else one', () => {
    for (const [code, status] of Object.entries<number>(ERROR_STATUS)) {
      const wait = retryAfterOf(code, status);
      if (status === 429 || status === 503) expect(wait).toBeGreaterThan(0);
      else expect(wait).toBeUndefined();
    }
  });

  it('lets the error itself say how long, in whole seconds', () => {
    expect(retryAfterOf('rate_limited', 429, { retryAfterSeconds: 0.2 })).toBe(1);
    expect(retryAfterOf('rate_limited', 429, { retryAfterSeconds: Number.NaN })).toBe(1);
  });

  it('knows no code that every object has', () => {
    expect(statusOf('constructor')).toBeUndefined();
  });
});
