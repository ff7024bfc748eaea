import { WEB_PROPERTIES } from '../../business/web/properties.js';
import type { WebProperty } from '../../business/web/types.js';
import { WebBook } from '../../business/web/web-book.js';
import { SandboxError } from '../../core/sandbox-error.js';
import type { Stage } from '../../core/stage.js';
import { QUOTA_NAMES, type QuotaName } from './quotas.js';
import { GOOGLE_USERS, type GoogleUser } from './users.js';

type Change = Readonly<Record<string, unknown>>;

/** What reports say beside their figures. None of it changes the truth but `landingsADay`. */
export interface ReportFlags {
  /** Reports say that rows of few people may be withheld. */
  thresholding: boolean;
  /** Rows of fewer people are indeed withheld; null: none are. */
  withholdBelow: number | null;
  sampling: boolean;
  emptyReason: string | null;
  /** Different landing pages a day that a report has room for. */
  landingsADay: number;
}

/** A property as it is at the moment. */
export interface PropertyState {
  property: WebProperty;
  book: WebBook;
  flags: ReportFlags;
  trashedAt: number | null;
  /** Keys of people whose role was taken away. */
  withoutRole: ReadonlySet<string>;
  quota: Readonly<Partial<Record<QuotaName, number>>>;
}

const USUAL_FLAGS: ReportFlags = {
  thresholding: false,
  withholdBelow: null,
  sampling: false,
  emptyReason: null,
  landingsADay: 30,
};

/** The properties of one sandbox. What was changed about one is done again after a restart. */
export class Properties {
  readonly #states = new Map<number, PropertyState>();

  constructor(private readonly stage: Stage) {}

  /** Null where there is no such property. */
  find(id: number): PropertyState | null {
    const known = this.#states.get(id);
    if (known !== undefined) return known;
    const property = WEB_PROPERTIES.find((one) => one.id === id);
    if (property === undefined) return null;
    let state: PropertyState = {
      property,
      book: new WebBook(this.stage.seed, property),
      flags: USUAL_FLAGS,
      trashedAt: null,
      withoutRole: new Set(),
      quota: {},
    };
    for (const change of this.stage.changes(String(id))) state = this.#changed(state, change);
    this.#states.set(id, state);
    return state;
  }

  /** What a person may see: properties with a role, the trashed ones too. */
  seenBy(user: GoogleUser): PropertyState[] {
    return user.properties
      .map((id) => this.find(id))
      .filter((state) => state !== null)
      .filter((state) => !state.withoutRole.has(user.key));
  }

  /** Makes a change and remembers it. @throws SandboxError where it is not understood */
  change(id: number, wish: Change): Change {
    const state = this.find(id);
    if (state === null) throw new SandboxError(404, `There is no property ${id}.`);
    const change = { ...wish, at: this.stage.clock.now() };
    this.#states.set(id, this.#changed(state, change));
    this.stage.remember(String(id), change);
    return change;
  }

  #changed(state: PropertyState, change: Change): PropertyState {
    switch (change['kind']) {
      case 'flags': {
        const { kind: _kind, at: _at, ...flags } = change;
        const strange = Object.keys(flags).find((name) => !Object.hasOwn(USUAL_FLAGS, name));
        if (strange !== undefined) throw new SandboxError(400, `There is no flag ${strange}.`);
        return { ...state, flags: { ...state.flags, ...flags } };
      }
      case 'quota':
        return { ...state, quota: quotaOf(change) };
      case 'trash':
        return { ...state, trashedAt: change['trashed'] === false ? null : Number(change['at']) };
      case 'role':
        return { ...state, withoutRole: rolesOf(state, change) };
      case 'settings':
        return this.#withSettings(state, change);
      default:
        throw new SandboxError(400, 'kind is one of flags, quota, trash, role, settings.');
    }
  }

  #withSettings(state: PropertyState, change: Change): PropertyState {
    const { zone, currency, digits } = state.property;
    const property = {
      ...state.property,
      zone: String(change['timeZone'] ?? zone),
      currency: String(change['currencyCode'] ?? currency),
      digits: change['currencyCode'] === 'JPY' ? 0 : digits,
    };
    try {
      return { ...state, property, book: new WebBook(this.stage.seed, property) };
    } catch (error) {
      throw new SandboxError(
        400,
        error instanceof Error ? error.message : 'A time zone is wanted.',
      );
    }
  }
}

function rolesOf(state: PropertyState, change: Change): ReadonlySet<string> {
  const user = String(change['user']);
  if (!GOOGLE_USERS.some(({ key }) => key === user)) {
    throw new SandboxError(400, 'user is the key of a person.');
  }
  const without = new Set(state.withoutRole);
  if (change['has'] === true) without.delete(user);
  else without.add(user);
  return without;
}

function quotaOf(change: Change): PropertyState['quota'] {
  const found: Partial<Record<QuotaName, number>> = {};
  for (const name of QUOTA_NAMES) {
    const value = change[name];
    if (value === undefined) continue;
    if (typeof value !== 'number') throw new SandboxError(400, `${name} is a number.`);
    found[name] = value;
  }
  return found;
}
