import type { Deal, DealState } from './types.js';

/** The deal as it stands at an instant; null before it exists. Nothing happens to a deal once it is gone. */
export function dealState(deal: Deal, now: number): DealState | null {
  if (now < deal.appearsAt) return null;
  const path = [{ stage: deal.firstStage, at: Math.min(deal.createdAt, deal.appearsAt) }];
  const absorbed: number[] = [];
  const state = {
    deal,
    stage: deal.firstStage,
    amount: deal.firstAmount,
    closeAt: deal.firstCloseAt,
    modifiedAt: deal.appearsAt,
    enteredStageAt: deal.createdAt,
    path,
    absorbed,
    gone: null as DealState['gone'],
  };
  for (const event of deal.events) {
    if (event.at > now || state.gone !== null) break;
    state.modifiedAt = event.at;
    switch (event.kind) {
      case 'stage':
        state.stage = event.stage;
        state.enteredStageAt = event.at;
        path.push({ stage: event.stage, at: event.at });
        break;
      case 'amount':
        state.amount = event.minor;
        break;
      case 'close-date':
        state.closeAt = event.closeAt;
        break;
      case 'absorbed':
        absorbed.push(event.id);
        break;
      case 'merged':
        state.gone = { kind: 'merged', at: event.at, into: event.into };
        break;
      case 'deleted':
        state.gone = { kind: 'deleted', at: event.at };
        break;
    }
  }
  return state;
}
