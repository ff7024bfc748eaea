import { randomWord } from '../../kernel/ids.js';

const ACCEPTED = /^[A-Za-z0-9_-]{8,64}$/;

/** Random for each process, counted within: unique, and no secret. A random one each costs ten times this. */
const PROCESS = randomWord(14);

let count = 0;

export function newRequestId(): string {
  count += 1;
  return `req_${PROCESS}${count.toString(36).padStart(6, '0')}`;
}

/** The caller's own id where it is harmless in logs and headers, else a new one. */
export function requestIdOf(request: { headers: NodeJS.Dict<string | string[]> }): string {
  const own = request.headers['x-request-id'];
  return typeof own === 'string' && ACCEPTED.test(own) ? own : newRequestId();
}
