import { openClient } from '../postgres/connections.js';

/**
 * Lets no session write to the server's log, except that it takes the whole server down. The server's
 * settings keep out what happens by itself; this keeps out what any role may do on purpose, because
 * PostgreSQL asks no permission for it: RAISE LOG, `debug_print_plan`, or `exit_on_error`, which makes
 * fatal, and so a line, of every error. The server's own processes and refused logins are not affected.
 *
 * Needs a superuser, and only a superuser can take it back. Safe to repeat.
 */
export async function quietSessions(adminUrl: string): Promise<void> {
  const client = await openClient(adminUrl);
  try {
    await client.query("ALTER ROLE ALL SET log_min_messages = 'panic'");
  } finally {
    await client.end();
  }
}
