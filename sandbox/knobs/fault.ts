/** One way in which the sandbox is told to misbehave. */
export interface Fault {
  kind: FaultKind;
  /** Only calls whose path (below the provider's prefix) holds this text. */
  path?: string;
  method?: string;
  /** How many calls it strikes before it is over; for ever where absent. */
  calls?: number;
  /** Lets that many fitting calls pass first. */
  skip?: number;
  /** The share of fitting calls it strikes, 0 to 1. */
  share?: number;
  /** `latency`: how long. */
  ms?: number;
  /** `status`: which. */
  status?: number;
  /** `throttle`: seconds in Retry-After where the provider sends it. */
  retryAfter?: number;
  /** `huge`, `bomb`: bytes once read, 1 GB where absent. `deep`: levels, 100,000 where absent. */
  size?: number;
  /** `redirect`: where to. */
  location?: string;
  /** `body`: sent word for word with status 200 (or `status`). */
  body?: string;
}

/**
 * - before the call has any effect: `latency`, `throttle` (429), `status` (any), `reset` (the connection
 *   dies), `redirect`.
 * - after it had its effect, in place of its answer: `drop` (the connection dies), `truncate`, `garbage`
 *   (values of other types), `nan`, `proto`, `huge`, `deep`, `bomb` (gzip), `html`, `body`.
 */
export const FAULT_KINDS = [
  'latency',
  'throttle',
  'status',
  'reset',
  'redirect',
  'drop',
  'truncate',
  'garbage',
  'nan',
  'proto',
  'huge',
  'deep',
  'bomb',
  'html',
  'body',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

const FIELDS: Readonly<Record<string, 'string' | 'number'>> = {
  kind: 'string',
  path: 'string',
  method: 'string',
  calls: 'number',
  skip: 'number',
  share: 'number',
  ms: 'number',
  status: 'number',
  retryAfter: 'number',
  size: 'number',
  location: 'string',
  body: 'string',
};

/** What is wrong with a fault as somebody wrote it; null where nothing is. */
export function faultFault(input: unknown): string | null {
  if (typeof input !== 'object' || input === null) return 'A fault is an object.';
  for (const [name, value] of Object.entries(input)) {
    const type = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    if (type === undefined) return `A fault has no field ${name}.`;
    if (typeof value !== type) return `${name} of a fault is a ${type}.`;
  }
  const { kind } = input as { kind?: FaultKind };
  if (kind === undefined || !FAULT_KINDS.includes(kind)) {
    return `kind of a fault is one of ${FAULT_KINDS.join(', ')}.`;
  }
  return null;
}
