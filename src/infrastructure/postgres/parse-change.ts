import type { Change } from './change-feed.js';

/** The ids that each kind of change must bring. */
const IDS: { [Kind in Change['kind']]: readonly string[] } = {
  tenant: ['tenantId'],
  access: ['tenantId'],
  grant: ['tenantId', 'integrationId'],
  stock: [],
  storage: ['tenantId'],
  closure: [],
  keys: ['tenantId'],
  forget: ['tenantId', 'ask'],
  forgotten: ['ask', 'process'],
};

/**
 * Null for what is none of ours: anybody on the catalog may notify, a newer process says what this one
 * does not know yet, and whatever is thrown in a driver's handler would end the process.
 */
export function parseChange(payload: string | undefined): Change | null {
  let said: unknown;
  try {
    said = JSON.parse(payload ?? '');
  } catch {
    return null;
  }
  if (typeof said !== 'object' || said === null) return null;
  const change = said as Record<string, unknown>;
  const { kind } = change;
  if (typeof kind !== 'string' || !Object.hasOwn(IDS, kind)) return null;
  const isWhole = IDS[kind as Change['kind']].every((id) => typeof change[id] === 'string');
  return isWhole ? (change as Change) : null;
}
