import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseServer } from '../../infrastructure/postgres/database-server.js';

const LONGEST_MS = 60_000;
const PAUSE_MS = 50;
/** Connections of our own that were just closed take a moment to vanish from the server's list. */
const SILENT_MS = 1_000;

const OTHERS = `SELECT count(*)::int AS count FROM pg_stat_activity
  WHERE usesysid = current_user::regrole AND application_name = 'numoon' AND pid <> pg_backend_pid()`;

/** Lets other commands that joined this server finish before it is stopped; not for ever, and not after Ctrl-C. */
export async function waitUntilAlone(
  server: DatabaseServer,
  onProgress: (message: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const startedAt = Date.now();
  let told = false;
  await server
    .withConnection(server.maintenanceDatabase, async (client) => {
      for (;;) {
        const { rows } = await client.query<{ count: number }>(OTHERS);
        const waitedMs = Date.now() - startedAt;
        if (rows[0]?.count === 0 || signal.aborted || waitedMs > LONGEST_MS) return;
        if (waitedMs > SILENT_MS && !told) {
          onProgress('Waiting for another command that uses the database');
          told = true;
        }
        await sleep(PAUSE_MS);
      }
    })
    // A server that cannot be asked is stopped all the same.
    .catch(() => undefined);
}
