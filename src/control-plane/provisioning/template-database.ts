import { createHash } from 'node:crypto';
import { migrate } from '../../infrastructure/postgres/migrate.js';
import { sqlIdentifier } from '../../infrastructure/postgres/sql-identifier.js';
import { TENANT_MIGRATIONS, TENANT_SCHEMA_VERSION } from '../../../tenants/migrations/index.js';
import type { CatalogDatabase } from '../catalog/catalog-database.js';
import type { ServerAdmin } from './server-admin.js';
import type { ServerRoles } from './server-roles.js';

/** Any fixed number: makes processes that build the template take turns (an advisory lock in the catalog). */
const TEMPLATE_LOCK = 7_163_002;

/**
 * The database that tenants' databases are copied from: newest schema, PUBLIC shut out, nobody may
 * connect. Its name carries the schema's version and checksum, so a changed schema is a new template.
 */
export class TemplateDatabase {
  readonly name: string;

  constructor(
    private readonly admin: ServerAdmin,
    private readonly catalog: CatalogDatabase,
    private readonly roles: ServerRoles,
  ) {
    const checksum = createHash('sha256')
      .update(TENANT_MIGRATIONS.map((migration) => migration.sql).join('\0'))
      .digest('hex');
    this.name = `${roles.template}_v${TENANT_SCHEMA_VERSION}_${checksum.slice(0, 8)}`;
  }

  /** Builds it when missing; a half-built one of a crash is thrown away and built anew. */
  async ensure(): Promise<void> {
    if (await this.admin.databaseExists(this.name)) return;
    await this.catalog.transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1)', [TEMPLATE_LOCK]);
      if (await this.admin.databaseExists(this.name)) return;
      await this.#build(`${this.name}_new`);
    });
  }

  async #build(draft: string): Promise<void> {
    const name = sqlIdentifier(draft);
    await this.admin.run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await this.admin.run(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
    await this.admin.run(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
    const owner = sqlIdentifier(this.roles.template);
    await this.admin.inDatabase(draft, async (client) => {
      await client.query(`REVOKE ALL ON SCHEMA public FROM PUBLIC;
        GRANT USAGE, CREATE ON SCHEMA public TO ${owner}; SET ROLE ${owner}`);
      await migrate(client, TENANT_MIGRATIONS);
      await client.query(`RESET ROLE; REVOKE ALL ON SCHEMA public FROM ${owner}`);
    });
    // The last act makes it visible under its real name: a template that exists is a finished one.
    await this.admin.run(`ALTER DATABASE ${name} IS_TEMPLATE true ALLOW_CONNECTIONS false`);
    await this.admin.run(`ALTER DATABASE ${name} RENAME TO ${sqlIdentifier(this.name)}`);
  }
}
