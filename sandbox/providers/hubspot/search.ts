import { invalid, type HubSpotAnswer } from './answers.js';
import { listIn, objectIn, textIn, textsIn } from './json-input.js';
import { type CrmRecord, type ObjectSet, shown } from './records.js';
import { comparable, filterOf } from './search-filter.js';

const DEFAULT_LIMIT = 10;
const LIMIT_MAX = 200;
/** No query gives more than this, however it is paged. */
const RESULTS_MAX = 10_000;

/** `POST /crm/objects/{version}/{type}/search`. Never shows what is archived. `total` counts all, also beyond the wall. */
export function searchRecords(set: ObjectSet, input: unknown): HubSpotAnswer {
  const body = objectIn(input);
  const limit = limitIn(body);
  const offset = offsetIn(body);
  const query = textIn(body, 'query') ?? '';
  if (query.length > 3_000) throw invalid('The query is longer than 3000 characters.');
  const properties = textsIn(body, 'properties');
  const found = set.live
    .filter(filterOf(set, body))
    .filter((record) => mentions(set, record, query));
  if (offset + limit > RESULTS_MAX && (offset >= RESULTS_MAX || found.length > RESULTS_MAX)) {
    throw invalid(`Paging is not possible beyond ${RESULTS_MAX} results of a search.`);
  }
  const page = sorted(set, found, body).slice(offset, offset + limit);
  const end = offset + page.length;
  return {
    status: 200,
    body: {
      total: found.length,
      results: page.map((record) => shown(set, record, properties)),
      ...(end < found.length && page.length > 0
        ? { paging: { next: { after: String(end) } } }
        : {}),
    },
  };
}

/** Whether any text of the record holds what is looked for. */
function mentions(set: ObjectSet, record: CrmRecord, query: string): boolean {
  if (query === '') return true;
  const wanted = query.toLowerCase();
  return set.properties.some(
    ({ name, type }) =>
      type === 'string' && (record.value(name) ?? '').toLowerCase().includes(wanted),
  );
}

/** By the one sort that may be given, else by id. Records that tie keep the order of their ids. */
function sorted(set: ObjectSet, found: CrmRecord[], body: Record<string, unknown>): CrmRecord[] {
  const sorts = listIn(body, 'sorts');
  if (sorts.length > 1) throw invalid('Only one sort is supported.');
  const [sort] = sorts;
  if (sort === undefined) return found;
  const { name, sign } = sortOf(sort);
  const property = set.properties.find((one) => one.name === name);
  if (property === undefined) throw invalid(`Sort property '${name}' does not exist.`);
  const keyed = found.map((record) => {
    const value = record.value(name) ?? null;
    return { record, key: value === null ? null : comparable(property.type, value) };
  });
  keyed.sort((a, b) => {
    if (a.key === b.key) return a.record.id - b.record.id;
    if (a.key === null) return 1;
    if (b.key === null) return -1;
    return a.key < b.key ? -sign : sign;
  });
  return keyed.map(({ record }) => record);
}

/** `{propertyName, direction}`, or a name with a minus before it for the other direction. */
function sortOf(sort: unknown): { name: string; sign: 1 | -1 } {
  if (typeof sort === 'string') {
    return sort.startsWith('-') ? { name: sort.slice(1), sign: -1 } : { name: sort, sign: 1 };
  }
  const object = objectIn(sort);
  const direction = textIn(object, 'direction') ?? 'ASCENDING';
  if (direction !== 'ASCENDING' && direction !== 'DESCENDING') {
    throw invalid(`Invalid input JSON: direction '${direction}' is unknown.`);
  }
  return { name: textIn(object, 'propertyName') ?? '', sign: direction === 'ASCENDING' ? 1 : -1 };
}

function limitIn(body: Record<string, unknown>): number {
  const limit = Number(textIn(body, 'limit') ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 0) throw invalid('Invalid input JSON: limit.');
  if (limit > LIMIT_MAX) throw invalid(`A search has a limit of at most ${LIMIT_MAX}.`);
  return limit;
}

function offsetIn(body: Record<string, unknown>): number {
  const text = textIn(body, 'after') ?? '0';
  if (text === '') return 0;
  if (!/^\d{1,9}$/.test(text)) throw invalid('Invalid input JSON: after is not a paging cursor.');
  return Number(text);
}
