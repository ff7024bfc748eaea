import { CRM_ACCOUNTS } from '../../business/crm/accounts.js';
import { CrmBook } from '../../business/crm/book.js';
import { pipelineOf } from '../../business/crm/pipelines.js';
import type { DealEvent } from '../../business/crm/types.js';
import { SandboxError } from '../../core/sandbox-error.js';
import type { Stage } from '../../core/stage.js';
import { type HubSpotLimits, USUAL_LIMITS } from './rate-limits.js';

type Change = Readonly<Record<string, unknown>>;

/** What an account is at the moment: its records, and what was changed about it. */
export interface Hub {
  book: CrmBook;
  limits: HubSpotLimits;
  /** How far searches are behind, ms. */
  indexLagMs: number;
  dailyLimitReached: boolean;
}

/** The hubs of one sandbox. What was changed in one is done again after a restart. */
export class Hubs {
  readonly #hubs = new Map<string, Hub>();

  constructor(private readonly stage: Stage) {}

  /** @throws SandboxError where there is no such account */
  of(accountId: string): Hub {
    const known = this.#hubs.get(accountId);
    if (known !== undefined) return known;
    const account = CRM_ACCOUNTS.find(({ id }) => String(id) === accountId);
    if (account === undefined) throw new SandboxError(404, `There is no account ${accountId}.`);
    const book = new CrmBook(this.stage.seed, account);
    const hub: Hub = { book, limits: USUAL_LIMITS, indexLagMs: 0, dailyLimitReached: false };
    for (const change of this.stage.changes(accountId)) apply(hub, change);
    this.#hubs.set(accountId, hub);
    return hub;
  }

  /** Makes a change and remembers it. @throws SandboxError where it is not understood */
  change(accountId: string, wish: Change): Change {
    const hub = this.of(accountId);
    const change = { ...wish, at: this.stage.clock.now() };
    apply(hub, change);
    this.stage.remember(accountId, change);
    return change;
  }
}

/** Kinds that are notes of others (see tokens.ts) change nothing here. */
function apply(hub: Hub, change: Change): void {
  switch (change['kind']) {
    case 'limits':
      hub.limits = { burst: limit(change['burst']), search: limit(change['search']) };
      break;
    case 'index-lag':
      hub.indexLagMs = whole(change['ms'], 'ms');
      break;
    case 'daily-limit':
      hub.dailyLimitReached = change['reached'] === true;
      break;
    case 'deal':
      for (const event of dealEvents(hub, change)) hub.book.amend(whole(change['id'], 'id'), event);
      break;
    case 'refresh-token-revoked':
      break;
    default:
      throw new SandboxError(400, 'kind is one of limits, index-lag, daily-limit, deal.');
  }
}

/** `{ stage?, amount?, closeDate?, deleted? }`: a deal is changed as a person would in the CRM. */
function dealEvents(hub: Hub, change: Change): DealEvent[] {
  const at = whole(change['at'], 'at');
  const id = whole(change['id'], 'id');
  const state = hub.book.deals(at).find((one) => one.deal.id === id);
  if (state === undefined) throw new SandboxError(404, `There is no deal ${id}.`);
  const events: DealEvent[] = [];
  const { stage, amount, closeDate } = change;
  if (stage !== undefined) {
    const isStage = pipelineOf(state.deal.pipeline).stages.some((one) => one.id === stage);
    if (!isStage) throw new SandboxError(400, `The deal's pipeline has no stage ${String(stage)}.`);
    events.push({ at, kind: 'stage', stage: String(stage) });
  }
  if (amount !== undefined) {
    const minor = amount === null ? null : whole(amount, 'amount');
    // See business/crm/money.ts: with odd amounts a weighted sum could lie half way between two cents.
    if (minor !== null && minor % 2 !== 0)
      throw new SandboxError(400, 'amount is even minor units.');
    events.push({ at, kind: 'amount', minor });
  }
  if (closeDate !== undefined) {
    const closeAt = Date.parse(String(closeDate));
    if (Number.isNaN(closeAt)) throw new SandboxError(400, 'closeDate is ISO 8601.');
    events.push({ at, kind: 'close-date', closeAt });
  }
  if (change['deleted'] === true) events.push({ at, kind: 'deleted' });
  if (events.length === 0) throw new SandboxError(400, 'Nothing about the deal is changed.');
  return events;
}

function limit(value: unknown): number | null {
  return value === null ? null : whole(value, 'a limit');
}

function whole(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new SandboxError(400, `${name} is a whole number.`);
  }
  return value;
}
