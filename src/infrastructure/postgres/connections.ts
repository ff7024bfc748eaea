import pg, { Client, Pool, type ClientConfig, type PoolConfig } from 'pg';
import { ANSWERS_TO_US, type AnswerLimits } from './answer-meter.js';
import { boundAnswers } from './bound-answers.js';

/**
 * A connection that is listened to from its first moment to its last, whoever holds it. The server may end
 * any session at any time (a restart, an administrator, a lost network), also one that is lent out of a
 * pool, whose own listener is off for that long. The driver then emits 'error', and Node ends the whole
 * process when nobody listens. What was asked of the connection fails by itself, so nothing is lost here.
 */
class HeardClient extends Client {
  constructor(config?: string | ClientConfig, answers = ANSWERS_TO_US) {
    super(config);
    this.on('error', unheeded);
    boundAnswers(this, answers);
  }
}

function unheeded(): void {
  // The waiting statement, or the next one, is told; and a pool throws the connection away.
}

/** The only place that makes a pool: all its connections, and the pool itself, have their listener. */
export function openPool(config: PoolConfig): Pool {
  const pool = new Pool({ ...config, Client: HeardClient });
  pool.on('error', unheeded);
  return pool;
}

/**
 * The only place that makes a single connection. The caller ends it; a failed one is ended here.
 *
 * @param answers how much a statement on it may answer with
 */
export async function openClient(
  config: string | ClientConfig,
  answers?: AnswerLimits,
): Promise<Client> {
  const client = new HeardClient(config, answers);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

/** The driver for a library that opens connections by itself: the pool given, and clients of ours. */
export function driverOver(pool: new (...options: never[]) => unknown): object {
  return { ...pg, Client: HeardClient, Pool: pool };
}
