import { describe, expect, it } from '@jest/globals';
import { problemOf } from '../../src/entry/http/problem/problem-of.js';
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

const said = (code: string, more: object = {}) => Object.assign(new Error('said'), { code }, more);

describe('what PostgreSQL says of the moment', () => {
  it('that somebody holds a lock is told as such, also in the wrapping of a library', () => {
    for (const error of [said('55P03'), said('', { driverError: said('55P03') })]) {
      expect(problemOf(error).problem).toMatchObject({ status: 503, code: 'database_busy' });
    }
  });

  it('that its queue of notifications is full is its absence, and no other limit is', () => {
    const full = said('54000', { routine: 'PreCommit_Notify' });
    expect(problemOf(full).problem).toMatchObject({ status: 503, code: 'database_unavailable' });
    expect(problemOf(said('54000')).problem).toMatchObject({ status: 500 });
  });
});
