import type { TestApp } from '../../support/test-app.js';
import { lookInside } from './look-inside.js';
import { untilTrue } from './vault-app.js';

/** How often the tenant's log says that something stored would not open, once it says so at all. */
export async function integrityEvents(app: TestApp, tenantId: string): Promise<number> {
  const count = async () =>
    (
      await lookInside(
        app,
        tenantId,
        `SELECT FROM audit_events
          WHERE action = 'data.integrity-failed' AND actor_kind = 'system'`,
      )
    ).length;
  await untilTrue(async () => (await count()) > 0);
  return count();
}
