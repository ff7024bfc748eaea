import type { ServerAdmin } from '../provisioning/server-admin.js';

/**
 * Ends sessions of tenants that run or sit in a transaction past the limit. The limit is set on the
 * role, but a session may raise it for itself (`SET statement_timeout = 0`), and PostgreSQL has no way
 * to forbid that; so somebody outside the session has to look.
 */
export class StopRunaways {
  constructor(
    private readonly admin: ServerAdmin,
    private readonly statementTimeoutMs: number,
  ) {}

  /** @returns how many sessions were ended */
  async execute(): Promise<number> {
    return this.admin.asWarden(async (client) => {
      const { rowCount } = await client.query(
        `SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a
          WHERE a.usesysid IN (SELECT m.roleid FROM pg_auth_members m WHERE m.member = current_user::regrole)
            AND a.state <> 'idle'
            AND now() - CASE WHEN a.state = 'active' THEN a.query_start ELSE a.state_change END
                > make_interval(secs => $1)`,
        [this.statementTimeoutMs / 1000 + 1],
      );
      return rowCount ?? 0;
    });
  }
}
