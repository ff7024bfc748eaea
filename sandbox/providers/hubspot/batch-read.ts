import { invalid, type HubSpotAnswer } from './answers.js';
import { listIn, objectIn, textIn, textsIn } from './json-input.js';
import { iso, type ObjectSet, shown } from './records.js';

const INPUTS_MAX = 100;
const INPUTS_MAX_WITH_HISTORY = 50;

/** `POST /crm/objects/{version}/{type}/batch/read`: 200 when all were found, 207 when some were not. */
export function batchRead(set: ObjectSet, input: unknown, now: number): HubSpotAnswer {
  const body = objectIn(input);
  if (textIn(body, 'idProperty') !== undefined) throw invalid('idProperty is not offered here.');
  const withHistory = textsIn(body, 'propertiesWithHistory') ?? [];
  const properties = textsIn(body, 'properties');
  const ids = listIn(body, 'inputs').map((one) => textIn(objectIn(one), 'id'));
  const most = withHistory.length > 0 ? INPUTS_MAX_WITH_HISTORY : INPUTS_MAX;
  if (ids.length === 0) throw invalid('inputs must not be empty.');
  if (ids.length > most) throw invalid(`At most ${most} inputs are allowed in a batch.`);
  const byId = new Map(set.live.map((record) => [String(record.id), record]));
  const found = ids.flatMap((id) => byId.get(id ?? '') ?? []);
  const missing = ids.filter((id) => !byId.has(id ?? ''));
  const message = 'Could not get some objects, they may be deleted or not exist.';
  return {
    status: missing.length === 0 ? 200 : 207,
    body: {
      status: 'COMPLETE',
      results: found.map((record) => shown(set, record, properties, withHistory)),
      ...(missing.length === 0
        ? {}
        : {
            numErrors: 1,
            errors: [
              { status: 'error', category: 'OBJECT_NOT_FOUND', message, context: { ids: missing } },
            ],
          }),
      startedAt: iso(now),
      completedAt: iso(now),
    },
  };
}
