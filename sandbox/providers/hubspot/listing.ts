import { invalid, notFound, type HubSpotAnswer } from './answers.js';
import { type CrmRecord, type ObjectSet, shown } from './records.js';

const DEFAULT_LIMIT = 10;
const LIMIT_MAX = 100;
const LIMIT_MAX_WITH_HISTORY = 50;

/** `GET /crm/objects/{version}/{type}`: page by page in the order of ids. */
export function listRecords(
  set: ObjectSet,
  query: URLSearchParams,
  selfUrl: string,
): HubSpotAnswer {
  const withHistory = namesIn(query, 'propertiesWithHistory') ?? [];
  const limit = limitIn(query, withHistory.length > 0 ? LIMIT_MAX_WITH_HISTORY : LIMIT_MAX);
  const after = afterIn(query);
  const records = archivedIn(query) ? set.archived : set.live;
  const start = records.findIndex((record) => record.id > after);
  const page = start < 0 ? [] : records.slice(start, start + limit);
  const last = page.at(-1);
  const more = last !== undefined && start + limit < records.length;
  const properties = namesIn(query, 'properties');
  return {
    status: 200,
    body: {
      results: page.map((record) => shown(set, record, properties, withHistory)),
      ...(more ? { paging: { next: next(selfUrl, query, last) } } : {}),
    },
  };
}

/** `GET /crm/objects/{version}/{type}/{id}` */
export function readRecord(set: ObjectSet, id: string, query: URLSearchParams): HubSpotAnswer {
  const records = archivedIn(query) ? set.archived : set.live;
  const record = records.find((one) => String(one.id) === id);
  if (record === undefined) throw notFound();
  const withHistory = namesIn(query, 'propertiesWithHistory') ?? [];
  return { status: 200, body: shown(set, record, namesIn(query, 'properties'), withHistory) };
}

function next(selfUrl: string, query: URLSearchParams, last: CrmRecord): Record<string, string> {
  const after = String(last.id);
  const link = new URLSearchParams(query);
  link.set('after', after);
  return { after, link: `${selfUrl}?${link.toString()}` };
}

/** Names separated by commas, or the parameter repeated; null where it is not there. */
function namesIn(query: URLSearchParams, parameter: string): string[] | null {
  if (!query.has(parameter)) return null;
  return query
    .getAll(parameter)
    .flatMap((value) => value.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function limitIn(query: URLSearchParams, most: number): number {
  const text = query.get('limit');
  if (text === null) return DEFAULT_LIMIT;
  if (!/^\d{1,9}$/.test(text))
    throw invalid(`Invalid input: limit must be an integer, was '${text}'.`);
  const limit = Number(text);
  if (limit < 1 || limit > most)
    throw invalid(`Invalid input: limit must be between 1 and ${most}.`);
  return limit;
}

function afterIn(query: URLSearchParams): number {
  const text = query.get('after');
  if (text === null) return 0;
  if (!/^\d{1,15}$/.test(text)) throw invalid('Invalid input: after is not a paging cursor.');
  return Number(text);
}

function archivedIn(query: URLSearchParams): boolean {
  const text = query.get('archived') ?? 'false';
  if (text !== 'true' && text !== 'false')
    throw invalid('Invalid input: archived must be a boolean.');
  return text === 'true';
}
