import { randomWord } from '../../kernel/ids.js';

/**
 * Ids that machines make: a UUID, 16 to 32 hex digits (a trace or span id), a ULID, or one of ours. It is
 * kept in logs and audit logs as it is, so it must not be a place for what a person says.
 */
const ACCEPTED =
  /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,32}|[0-7][0-9A-HJKMNP-TV-Z]{25}|req_[a-z0-9]{20,24})$/i;

/** Random for each process, counted within: unique, and no secret. A random one each costs ten times this. */
const PROCESS = randomWord(14);

let count = 0;

export function newRequestId(): string {
  count += 1;
  return `req_${PROCESS}${count.toString(36).padStart(6, '0')}`;
}

/** The caller's own id where it has the form of one, else a new one. */
export function requestIdOf(request: { headers: NodeJS.Dict<string | string[]> }): string {
  const own = request.headers['x-request-id'];
  return typeof own === 'string' && ACCEPTED.test(own) ? own : newRequestId();
}
