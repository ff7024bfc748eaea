import { isError, shapeError } from '../../../infrastructure/logging/shape-error.js';

/** Why a request got no answer of its route: what its line in the log says besides the status. */
export interface Failure {
  code: string;
  /** The innermost error, in one line: its name, its code and its message. */
  cause: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set where the answer is a problem of status 500 and above. */
    failure: Failure | null;
  }
}

const DEEPEST = 8;

export function failureOf(code: string, error: unknown): Failure {
  let innermost = error;
  for (
    let depth = 0;
    depth < DEEPEST && isError(innermost) && isError(innermost.cause);
    depth += 1
  ) {
    innermost = innermost.cause;
  }
  if (!isError(innermost)) return { code, cause: typeof innermost };
  const shaped = shapeError(innermost, () => undefined);
  const name = shaped.code === undefined ? shaped.name : `${shaped.name} ${shaped.code}`;
  return { code, cause: `${name}: ${shaped.message}` };
}
