import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';

const PAUSE_MS = 5;

/**
 * Asks `SELECT 1` over one bare session until the server ends it, and then over new ones until one answers:
 * that is the server's first answer after it was away, for one that is shutting down lets nobody new in.
 *
 * @param onAway told when nobody listens on its port any more, if that is long enough to be seen
 * @returns when it came, by `performance.now()`
 */
export async function firstAnswerAgain(
  session: Client,
  connect: () => Promise<Client>,
  onAway: () => void,
): Promise<number> {
  while (await answers(session)) await sleep(PAUSE_MS);
  await session.end().catch(() => undefined);
  for (;;) {
    try {
      const client = await connect();
      const answered = await answers(client);
      const at = performance.now();
      await client.end().catch(() => undefined);
      if (answered) return at;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') onAway();
    }
    await sleep(PAUSE_MS);
  }
}

function answers(client: Client): Promise<boolean> {
  return client.query('SELECT 1').then(
    () => true,
    () => false,
  );
}
