import { Injectable } from '@nestjs/common';
import { IntegrationNotFoundError } from '../integrations/integrations.errors.js';
import { IntegrationsRepository } from '../integrations/integrations.repository.js';
import { positionOf } from '../paging/cursor.js';
import { pageOf } from '../paging/page.js';
import type { PageQuery } from '../paging/page-query.dto.js';
import type { Gap, StreamState } from './plan/stream-state.js';
import { type SyncRun, SyncRunsRepository } from './sync-runs.repository.js';
import { SyncStreamsRepository } from './sync-streams.repository.js';
import { SyncSettings } from './sync.settings.js';
import { adviceFor } from './view/problem-advice.js';
import type {
  SyncProblemView,
  SyncRunPage,
  SyncRunView,
  SyncStreamView,
} from './view/sync-runs.dto.js';

const PARTS = [/^\d{1,17}$/, /^[a-z0-9_]{1,40}$/];

/** What the runs of an integration did, newest first, and how far it is. */
@Injectable()
export class ListRuns {
  constructor(
    private readonly integrations: IntegrationsRepository,
    private readonly runs: SyncRunsRepository,
    private readonly streams: SyncStreamsRepository,
    private readonly settings: SyncSettings,
  ) {}

  /** @throws IntegrationNotFoundError | CursorInvalidError */
  async execute(id: string, { limit, cursor }: PageQuery): Promise<SyncRunPage> {
    const integration = await this.integrations.find(id);
    if (integration === null) throw new IntegrationNotFoundError();
    const [micros, run] = cursor === undefined ? [] : positionOf(cursor, PARTS);
    const before = micros === undefined || run === undefined ? null : { micros, id: run };
    const rows = await this.runs.list(id, { limit, before });
    const [states, gaps] = [await this.streams.states(id), await this.streams.gaps(id)];
    const now = this.settings.now();
    const { lastSyncedAt, nextSyncAt } = integration;
    return {
      ...pageOf(rows, limit, (row) => [row.micros, row.id], viewOf),
      lastSyncedAt,
      nextSyncAt,
      lagSeconds:
        lastSyncedAt === null
          ? null
          : Math.max(0, Math.round((now - lastSyncedAt.getTime()) / 1_000)),
      streams: states
        .toSorted((a, b) => (a.stream < b.stream ? -1 : 1))
        .map((state) => streamView(state, gaps, now)),
    };
  }
}

function viewOf(run: SyncRun): SyncRunView {
  return {
    id: run.id,
    cause: run.cause,
    status: run.status,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    slices: run.slices,
    pages: run.pages,
    records: run.records,
    points: run.points,
    quarantined: run.quarantined,
    withheld: { ...run.withheld },
    problem: problemOf(run.problem),
  };
}

function streamView(state: StreamState, gaps: readonly Gap[], now: number): SyncStreamView {
  const { stream, coveredFrom, coveredTo, historyFrom, rest } = state;
  return {
    stream,
    from: coveredFrom,
    to: coveredTo,
    historyFrom,
    historyComplete: coveredFrom !== null && historyFrom !== null && coveredFrom <= historyFrom,
    gaps: gaps.filter((gap) => gap.stream === stream).length,
    problem: rest !== null && rest.until > now ? problemOf(rest.code) : null,
  };
}

function problemOf(code: string | null): SyncProblemView | null {
  return code === null ? null : { code, advice: adviceFor(code) };
}
