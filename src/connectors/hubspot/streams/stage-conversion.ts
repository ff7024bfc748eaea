import { isoInstant } from '../../kit/read/iso-instant.js';
import { list } from '../../kit/read/list.js';
import { object } from '../../kit/read/object.js';
import { text } from '../../kit/read/text.js';
import type { Stream } from '../../kit/stream.js';
import { listDeals } from '../deals/list-deals.js';
import { type Pipelines, readPipelines, type Stage } from '../deals/pipelines.js';

interface DealPath {
  pipeline: string;
  createdMs: number;
  /** Every stage it was ever in. */
  stages: readonly string[];
}

/**
 * How far deals came, by the day they were created. A deal reached a stage when it was ever in it or in one
 * beyond it, so stages may be skipped; won is beyond all; lost is on nobody's way. The last open stage
 * leads to `won`.
 */
export const stageConversion: Stream<DealPath, Pipelines> = {
  name: 'stage-conversion',
  metrics: ['crm.stage_conversion.entered', 'crm.stage_conversion.advanced'],
  covers: 'whole',
  sliceDays: 31,
  historyDays: 1_095,
  lookBackDays: 90,
  everyMinutes: 720,
  lookBackEveryHours: 24,
  recentDays: 90,
  scope: 'crm.objects.deals.read',
  prepare: (client) => readPipelines(client),
  page: (client, _slice, cursor) => {
    // With history HubSpot gives at most fifty.
    const query = {
      limit: 50,
      properties: 'pipeline,createdate',
      propertiesWithHistory: 'dealstage',
    };
    return listDeals(client, query, cursor, narrow);
  },
  map(deal, slice, points, pipelines) {
    const stages = pipelines.get(deal.pipeline);
    if (stages === undefined) return;
    const open = [...stages.values()]
      .filter(({ isClosed }) => !isClosed)
      .sort((a, b) => a.order - b.order);
    const reached = furthest(deal, stages, open);
    const day = slice.clock.dayOf(deal.createdMs);
    for (const [at, { id: from }] of open.entries()) {
      if (at > reached) break;
      const dimensions = { pipeline: deal.pipeline, from, to: open[at + 1]?.id ?? 'won' };
      points.add('crm.stage_conversion.entered', day, 1, { dimensions });
      points.add('crm.stage_conversion.advanced', day, reached > at ? 1 : 0, { dimensions });
    }
  },
};

/** The position of the furthest open stage; their number where it was won; -1 where it was in none. */
function furthest(
  deal: DealPath,
  stages: ReadonlyMap<string, Stage>,
  open: readonly Stage[],
): number {
  return Math.max(
    -1,
    ...deal.stages.map((id) => {
      const stage = stages.get(id);
      if (stage === undefined) return -1;
      if (stage.isClosed) return Number(stage.probability) === 1 ? open.length : -1;
      return open.indexOf(stage);
    }),
  );
}

function narrow(item: unknown): DealPath {
  const properties = object(item, 'properties');
  const history = object(item, 'propertiesWithHistory');
  return {
    pipeline: text(properties, 'pipeline'),
    createdMs: isoInstant(properties, 'createdate'),
    stages: list(history, 'dealstage').map((entry) => text(entry, 'value')),
  };
}
