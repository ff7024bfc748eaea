import type { Desk } from './desk.js';
import type { Expandable } from './expand.js';
import type { Source } from './paging.js';
import type { Accepts, ListParams } from './read-params.js';

/** One list of the API: what it takes, what it holds and what it shows. */
export interface ListKind<T extends { id: string; created: number }> {
  path: string;
  /** The name in `No such charge`. */
  noun: string;
  permission: string;
  accepts: Accepts;
  expandable: Expandable;
  source(desk: Desk): Source<T>;
  fits(thing: T, params: ListParams, desk: Desk): boolean;
  show(thing: T, desk: Desk, expand: ReadonlySet<string>): unknown;
}

/** Each kind is used with the things of its own source only. */
export function define<T extends { id: string; created: number }>(
  kind: ListKind<T>,
): ListKind<never> {
  return kind as unknown as ListKind<never>;
}
