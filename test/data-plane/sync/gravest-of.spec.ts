import { describe, expect, it } from '@jest/globals';
import { ProviderError } from '../../../src/connectors/kit/provider-errors.js';
import type { Verdict } from '../../../src/connectors/kit/provider-client.js';
import { gravestOf } from '../../../src/data-plane/sync/run/gravest-of.js';
import { SyncFencedError, SyncStoppedError } from '../../../src/data-plane/sync/sync.errors.js';

const PLACE = { provider: 'teapot', method: 'GET', host: 'api.teapot.example', path: '/pots' };

const said = (verdict: Exclude<Verdict, { kind: 'ok' }>) => new ProviderError(verdict, PLACE);

const [wait, stopped, fault] = [
  said({ kind: 'slow-down', waitMs: 60_000 }),
  new SyncStoppedError(),
  said({ kind: 'unavailable' }),
];
const [revoked, fenced] = [said({ kind: 'revoked' }), new SyncFencedError('int_1')];

describe('of several failures at once', () => {
  it.each([
    ['that access was revoked, not that this shut the others out', [fenced, revoked], revoked],
    ['that another has taken over, not the wait of a provider', [wait, fenced], fenced],
    ['a revocation, not a wait', [wait, revoked, wait], revoked],
    ['a fault that is to be counted, not a wait', [wait, fault], fault],
    ['the wait that whoever goes on has to keep, not the shutdown', [stopped, wait], wait],
    ['the shutdown where there is nothing else', [stopped, stopped], stopped],
  ])('%s decides', (_, failures, gravest) => {
    expect(gravestOf(failures)).toBe(gravest);
  });

  it('the first of equal ones decides', () => {
    const other = said({ kind: 'slow-down', waitMs: 1_000 });
    expect(gravestOf([other, wait])).toBe(other);
    expect(gravestOf([wait, other])).toBe(wait);
  });
});
