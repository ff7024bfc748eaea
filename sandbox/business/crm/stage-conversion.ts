import type { CrmBook } from './book.js';
import { PIPELINES } from './pipelines.js';
import { ratio, type TrueValue } from '../true-value.js';
import type { DealState } from './types.js';

/**
 * How many of the deals created in a month that reached a stage also reached the next one. A deal has
 * reached a stage when it was ever in it or in one further on (stages that can be skipped count as
 * passed; won is furthest; lost is on no one's way). The last open stage leads to `won`.
 */
export function conversions(book: CrmBook, live: readonly DealState[]): TrueValue[] {
  const found: TrueValue[] = [];
  for (const pipeline of PIPELINES) {
    const open = pipeline.stages.filter((stage) => !stage.closed).map((stage) => stage.id);
    const won = pipeline.stages.filter((stage) => stage.tenths === 10).map((stage) => stage.id);
    const cohorts = new Map<string, number[]>();
    for (const state of live) {
      if (state.deal.pipeline !== pipeline.id) continue;
      const month = book.zone.dayOf(state.deal.createdAt).slice(0, 7);
      const reached = cohorts.get(month) ?? Array.from({ length: open.length + 1 }, () => 0);
      const furthest = Math.max(
        ...state.path.map(({ stage }) => (won.includes(stage) ? open.length : open.indexOf(stage))),
      );
      for (let step = 0; step <= furthest; step += 1) reached[step] = (reached[step] ?? 0) + 1;
      cohorts.set(month, reached);
    }
    for (const [month, reached] of cohorts) {
      for (const [step, from] of open.entries()) {
        const [before = 0, after = 0] = [reached[step], reached[step + 1]];
        if (before === 0) continue;
        const dimensions = { pipeline: pipeline.id, from, to: open[step + 1] ?? 'won' };
        found.push(ratio('crm.stage_conversion', `${month}-01`, dimensions, after, before));
      }
    }
  }
  return found;
}
