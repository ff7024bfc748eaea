import type { Deal } from './deal.js';
import type { Pipelines } from './pipelines.js';

export type Outcome = 'open' | 'won' | 'lost';

/**
 * How a deal stands. What HubSpot says of the deal wins; where it does not say, its stage does: closed with
 * a chance of one is won, with none lost. The ids `closedwon` and `closedlost` are those of one pipeline only.
 */
export function outcomeOf(deal: Deal, pipelines: Pipelines): Outcome {
  const stage = pipelines.get(deal.pipeline)?.get(deal.stage);
  const isClosed = deal.isClosed ?? stage?.isClosed ?? false;
  if (!isClosed) return 'open';
  return (deal.isWon ?? Number(stage?.probability) === 1) ? 'won' : 'lost';
}

/** The deal's own chance, else its stage's; decimal text. */
export function chanceOf(deal: Deal, pipelines: Pipelines): string {
  return deal.probability ?? pipelines.get(deal.pipeline)?.get(deal.stage)?.probability ?? '0';
}
