import { sqlIdentifier } from '../../infrastructure/postgres/sql-identifier.js';
import { assertNever } from '../../kernel/assert-never.js';
import type { KeyStore } from '../../kernel/key-store.js';
import type { SecretStore } from '../../kernel/secret-store.js';
import { dropRole } from '../provisioning/drop-role.js';
import { dropTemplate } from '../provisioning/drop-template.js';
import type { ServerAdmin } from '../provisioning/server-admin.js';
import type { Orphan } from './find-orphans.js';
import type { StrayRows } from './stray-rows.js';

const TEMPLATE_WAIT_MS = 2_000;

/**
 * Removes one orphan. Dangerous by nature: after a catalog was restored from an old backup, younger
 * tenants look like orphans. So nothing calls this by itself except for what is lost already
 * (a half-dropped database); the rest waits for an administrator who asks for it.
 */
export class RemoveOrphan {
  constructor(
    private readonly admin: ServerAdmin,
    private readonly keys: KeyStore,
    private readonly secrets: SecretStore,
    private readonly rows: StrayRows,
    private readonly sharedDatabase: string,
  ) {}

  async execute(orphan: Orphan): Promise<void> {
    const { kind, name } = orphan;
    switch (kind) {
      case 'template':
        return dropTemplate(this.admin, name, TEMPLATE_WAIT_MS);
      case 'database':
      case 'half-dropped-database':
        return this.admin.runAsWarden(
          `DROP DATABASE IF EXISTS ${sqlIdentifier(name)} WITH (FORCE)`,
        );
      case 'schema':
        return this.admin.inDatabase(this.sharedDatabase, async (client) => {
          await client.query(`SET ROLE ${sqlIdentifier(this.admin.wardenRole)}`);
          await client.query(`DROP SCHEMA IF EXISTS ${sqlIdentifier(name)} CASCADE`);
        });
      case 'role':
        return dropRole(this.admin, name);
      case 'key':
        return this.keys.destroy(name);
      case 'secret':
        return this.secrets.destroyTenant(name);
      case 'provider-accounts':
      case 'sync-schedule':
        return this.rows.remove(kind, name);
      default:
        return assertNever(kind);
    }
  }
}
