import type { ServerAdmin } from '../provisioning/server-admin.js';

/** A transaction of many short statements holds back vacuum for its neighbours: this many limits long at most. */
const LONGEST_TRANSACTION = 4;

/**
 * Ends sessions of tenants that run or sit in a transaction past the limit. The limit is set on the
 * role, but a session may raise it for itself (`SET statement_timeout = 0`), and PostgreSQL has no way
 * to forbid that; so somebody outside the session has to look.
 *
 * A session that listens and does not read is idle, and yet in a transaction in which the server tries to
 * give it its notifications. All databases share their queue: held at its tail, it fills for everybody.
 */
export class StopRunaways {
  constructor(
    private readonly admin: ServerAdmin,
    private readonly statementTimeoutMs: number,
  ) {}

  /** @returns how many sessions were ended */
  async execute(): Promise<number> {
    const limitSeconds = this.statementTimeoutMs / 1000;
    return this.admin.asWarden(async (client) => {
      const { rowCount } = await client.query(
        `SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a
          WHERE a.usesysid IN (SELECT m.roleid FROM pg_auth_members m WHERE m.member = current_user::regrole)
            AND (a.state <> 'idle' OR a.xact_start IS NOT NULL)
            AND (now() - CASE WHEN a.state = 'active' THEN a.query_start ELSE a.state_change END
                   > make_interval(secs => $1)
                 OR now() - a.xact_start > make_interval(secs => $2))`,
        [limitSeconds + 1, limitSeconds * LONGEST_TRANSACTION],
      );
      // The tail of the queue moves only when somebody looks, and a full one refuses every NOTIFY of the server.
      await client.query('SELECT pg_notification_queue_usage()');
      return rowCount ?? 0;
    });
  }
}
