import { createHash } from 'node:crypto';
import { migrate } from '../../infrastructure/postgres/migrate.js';
import { sqlIdentifier } from '../../infrastructure/postgres/sql-identifier.js';
import { TENANT_MIGRATIONS, TENANT_SCHEMA_VERSION } from '../../../tenants/migrations/index.js';
import type { CatalogDatabase } from '../catalog/catalog-database.js';
import {
  dropTemplate,
  emptyTemplate,
  TemplateHeldError,
  templateState,
  type TemplateState,
  unheld,
} from './drop-template.js';
import type { ServerAdmin } from './server-admin.js';
import type { ServerRoles } from './server-roles.js';

/** Any fixed number: makes processes that build the template take turns (an advisory lock in the catalog). */
const TEMPLATE_LOCK = 7_163_002;

/** Endings of the names that it has while it is made. More than one, so that one that is held holds up nothing. */
const DRAFTS = ['new', 'new2', 'new3'] as const;

/** For sessions of others to leave: a monitoring program looks into a new database and goes. */
const WAIT_MS = 5_000;

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
    private readonly waitMs = WAIT_MS,
  ) {
    const checksum = createHash('sha256')
      .update(TENANT_MIGRATIONS.map((migration) => migration.sql).join('\0'))
      .digest('hex');
    this.name = `${roles.template}_v${TENANT_SCHEMA_VERSION}_${checksum.slice(0, 8)}`;
  }

  /**
   * Builds it when missing; what a crash left half made is thrown away and built anew.
   *
   * @throws TemplateHeldError
   */
  async ensure(): Promise<void> {
    if ((await this.#state()) === 'finished') return;
    await this.catalog.transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1)', [TEMPLATE_LOCK]);
      const state = await this.#state();
      if (state === 'finished') return;
      // Under its real name it was whole once; since then somebody opened it.
      if (state === 'open') return this.#finish(this.name);
      if (state === 'half-dropped') await dropTemplate(this.admin, this.name, this.waitMs);
      await this.#make();
    });
  }

  #state(): Promise<TemplateState | null> {
    return templateState(this.admin, this.name);
  }

  /** A draft that is held by somebody who may not be sent away is left to them; the next one is tried. */
  async #make(): Promise<void> {
    const drafts = DRAFTS.map((ending) => `${this.name}_${ending}`);
    let made = false;
    for (const draft of drafts) {
      try {
        await dropTemplate(this.admin, draft, made ? 0 : this.waitMs);
        if (made) continue;
        await this.#build(draft);
        made = true;
      } catch (error) {
        if (!(error instanceof TemplateHeldError)) throw error;
        if (!made && draft === drafts.at(-1)) throw error;
      }
    }
  }

  async #build(draft: string): Promise<void> {
    const name = sqlIdentifier(draft);
    // Closed until PUBLIC is shut out: whoever may look into every new database would look into this one.
    await this.admin.run(
      `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' ALLOW_CONNECTIONS false`,
    );
    await this.admin.run(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
    await this.admin.run(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    const owner = sqlIdentifier(this.roles.template);
    await this.admin.inDatabase(draft, async (client) => {
      await client.query(`REVOKE ALL ON SCHEMA public FROM PUBLIC;
        GRANT USAGE, CREATE ON SCHEMA public TO ${owner}; SET ROLE ${owner}`);
      await migrate(client, TENANT_MIGRATIONS);
      await client.query(`RESET ROLE; REVOKE ALL ON SCHEMA public FROM ${owner}`);
    });
    await this.#finish(draft);
    // The last act makes it visible under its real name: a template that exists is a finished one.
    await unheld(this.admin, draft, `ALTER DATABASE ${name} RENAME TO ${sqlIdentifier(this.name)}`);
  }

  /** Nobody comes in any more, and nobody is in it: PostgreSQL neither renames nor copies one that is in use. */
  async #finish(database: string): Promise<void> {
    const name = sqlIdentifier(database);
    await this.admin.run(`ALTER DATABASE ${name} IS_TEMPLATE true ALLOW_CONNECTIONS false`);
    await emptyTemplate(this.admin, database, this.waitMs);
  }
}
