import { canaryPerson } from '../../../sandbox/business/canary.js';

const PERSON = canaryPerson(7);
const CANARY = `${PERSON.name}, ${PERSON.email}, ${PERSON.street}`;

/** The same answer, where every object also has each of these fields, filled with what is about a person. */
export function withPersonalData(answer: unknown, names: readonly string[]): unknown {
  if (Array.isArray(answer)) return answer.map((item) => withPersonalData(item, names));
  if (typeof answer !== 'object' || answer === null) return answer;
  return Object.fromEntries([
    ...Object.entries(answer).map(([name, value]) => [name, withPersonalData(value, names)]),
    ...names.map((name) => [name, CANARY]),
  ]);
}

/** What stands in place of a value: of another type than it, or the same type and another form. */
export type Spoiling = 'other-type' | 'other-text';

/** The same answer with a person's data in one place (`data[].amount`), in the first object that has it. */
export function spoiled(answer: unknown, place: string, spoiling: Spoiling): unknown {
  const copy = structuredClone(answer);
  put(copy, place.split('.'), spoiling);
  return copy;
}

function put(value: unknown, steps: readonly string[], spoiling: Spoiling): boolean {
  const [step = '', ...rest] = steps;
  const name = step.replaceAll('[]', '');
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return false;
  const parent = value as Record<string, unknown>;
  const inner = parent[name];
  if (rest.length === 0) {
    parent[name] = replacement(inner, spoiling);
    return true;
  }
  const candidates: readonly unknown[] = step.endsWith('[]') ? (inner as unknown[]) : [inner];
  return candidates.some((candidate) => put(candidate, rest, spoiling));
}

function replacement(value: unknown, spoiling: Spoiling): unknown {
  if (spoiling === 'other-text') return CANARY;
  return typeof value === 'string' || value === null ? { [CANARY]: CANARY } : CANARY;
}
