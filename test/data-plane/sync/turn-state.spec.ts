import { describe, expect, it } from '@jest/globals';
import type { Connector } from '../../../src/connectors/kit/connector.js';
import { type Gap, unread } from '../../../src/data-plane/sync/plan/stream-state.js';
import type { Moment } from '../../../src/data-plane/sync/plan/works-of.js';
import { TurnState } from '../../../src/data-plane/sync/run/turn-state.js';
import { connector as teapot } from '../../connectors/fixtures/teapot/connector.js';

const NOW = Date.parse('2026-03-10T11:00:00Z');
const AT: Moment = {
  now: NOW,
  today: '2026-03-10',
  dayOf: (at) => new Date(at).toISOString().slice(0, 10),
  recentAfter: 0,
  lookBackAfter: 0,
};

const [pots] = teapot.streams;
if (pots === undefined) throw new Error('The teapot has no streams.');
/** Two streams that are read by days. */
const connector: Connector = { ...teapot, streams: [pots, { ...pots, name: 'cups' }] };

const read = (stream: string) => ({
  ...unread(stream),
  historyFrom: '2025-12-01',
  coveredFrom: '2025-12-01',
  coveredTo: '2026-03-10',
  recentAt: NOW,
  lookBackAt: NOW,
});
const gap = (stream: string): Gap => ({
  id: `gap-of-${stream}`,
  stream,
  from: '2026-01-01',
  to: '2026-01-31',
  tries: 1,
  retryAt: NOW,
});

const stateWith = (gaps: readonly Gap[]): TurnState =>
  new TurnState(connector, [], [read('pots'), read('cups')], new Map(), gaps, 0);

const taken = (state: TurnState) => state.take(AT)?.item.stream.name ?? null;

describe('what streams there are to read', () => {
  it('is given to one at a time, until it is put back', () => {
    const state = new TurnState(connector, [], [], new Map(), [], 0);
    expect([taken(state), taken(state), taken(state)]).toEqual(['pots', 'cups', null]);
    expect(state.next(AT)).toBeNull();
    state.putBack('cups');
    expect(taken(state)).toBe('cups');
  });

  it('is no history while another stream is behind and being read', () => {
    const late = { ...read('cups'), coveredFrom: '2026-01-01' };
    const state = new TurnState(connector, [], [unread('pots'), late], new Map(), [], 0);
    expect(state.next(AT)).toMatchObject({ item: { kind: 'first', stream: { name: 'pots' } } });
    expect(taken(state)).toBe('pots');
    expect(state.next(AT)).toMatchObject({ item: { kind: 'history', stream: { name: 'cups' } } });
    expect(taken(state)).toBeNull();
    state.done(read('pots'), []);
    state.putBack('pots');
    expect(taken(state)).toBe('cups');
  });

  it('is what is behind also while history of another stream is being read', () => {
    const late = { ...read('cups'), coveredFrom: '2026-01-01' };
    const state = new TurnState(connector, [], [read('pots'), late], new Map(), [], 0);
    expect(taken(state)).toBe('cups');
    state.done({ ...read('pots'), recentAt: 0 }, []);
    expect(taken(state)).toBe('pots');
  });

  it('still has the gap that another stream left while this one asked for its own', () => {
    const state = stateWith([]);
    state.done(read('cups'), [gap('cups')]);
    // Asked before, answered after.
    state.done(read('pots'), []);
    expect(state.hasGaps).toBe(true);
    expect(taken(state)).toBe('cups');
  });

  it('has no gap back that another stream has closed while this one asked for its own', () => {
    const state = stateWith([gap('cups'), gap('pots')]);
    state.done(read('cups'), [gap('pots')]);
    state.done(read('pots'), [gap('cups')]);
    expect(state.hasGaps).toBe(false);
  });
});
