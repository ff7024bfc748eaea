import { canaryPerson } from '../../business/canary.js';
import { WEB_PROPERTIES } from '../../business/web/properties.js';
import type { SandboxAccount } from '../../core/provider-module.js';

/** A Google account, and on which properties it has a role. */
export interface GoogleUser {
  sub: string;
  key: string;
  email: string;
  properties: readonly number[];
  /** Properties whose revenue its role hides. */
  withoutRevenue: readonly number[];
}

/**
 * - owner: three properties in two accounts.
 * - viewer: one property.
 * - analyst: one property, whose revenue is hidden.
 */
export const GOOGLE_USERS: readonly GoogleUser[] = [
  user('owner', '110169484474386276334', [310_000_001, 310_000_002, 310_000_003], []),
  user('viewer', '104417721359824455301', [310_000_002], []),
  user('analyst', '117733920185540092218', [310_000_001], [310_000_001]),
];

function user(
  key: string,
  sub: string,
  properties: readonly number[],
  withoutRevenue: readonly number[],
): GoogleUser {
  return { sub, key, email: canaryPerson(properties.length).email, properties, withoutRevenue };
}

export function userOf(sub: string): GoogleUser | null {
  return GOOGLE_USERS.find((one) => one.sub === sub) ?? null;
}

/** The people on the consent page. */
export const PEOPLE: readonly SandboxAccount[] = GOOGLE_USERS.map(({ sub, key }) => ({
  id: sub,
  key,
  name: key,
  test: false,
}));

/**
 * A person by key or `sub`, or a property by its number: then `key` is the number, and `id` the first person
 * with a role on it, since that is whose grant can be taken back.
 */
export function personOrProperty(wanted: string): SandboxAccount | null {
  const person = PEOPLE.find(({ key, id }) => key === wanted || id === wanted);
  if (person !== undefined) return person;
  const property = WEB_PROPERTIES.find(({ id }) => String(id) === wanted);
  const holder = GOOGLE_USERS.find(({ properties }) => properties.includes(property?.id ?? 0));
  if (property === undefined || holder === undefined) return null;
  return { id: holder.sub, key: wanted, name: property.name, test: false };
}

/** The property such an account stands for; of a person the first one. */
export function propertyIdOf(account: SandboxAccount): number {
  const person = GOOGLE_USERS.find(({ key }) => key === account.key);
  return person?.properties[0] ?? Number(account.key);
}
