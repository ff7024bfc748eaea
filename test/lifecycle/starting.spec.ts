import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { loadConfig } from '../../config/load.js';
import { CatalogDatabase } from '../../src/control-plane/catalog/catalog-database.js';
import { ServerAdmin } from '../../src/control-plane/provisioning/server-admin.js';
import {
  ensureServerRoles,
  serverRoles,
} from '../../src/control-plane/provisioning/server-roles.js';
import { TemplateDatabase } from '../../src/control-plane/provisioning/template-database.js';
import { openFoundation } from '../../src/entry/composition/foundation.js';
import { createLogger } from '../../src/infrastructure/logging/logger.js';
import { DatabaseServer } from '../../src/infrastructure/postgres/database-server.js';
import { Secret } from '../../src/kernel/secret.js';
import { openControlPlane, type Premises } from '../support/lifecycle-control-plane.js';
import { installPowerCuts, PowerCut } from '../support/lifecycle-power-cut.js';
import { createPremises, disagreements, removePremises } from '../support/lifecycle-premises.js';
import { runSql } from '../support/temp-servers.js';
import { adminUrl, controlUrl, databaseUrl } from '../support/test-postgres.js';

installPowerCuts();

let premises: Premises;

beforeEach(async () => {
  premises = await createPremises();
});
afterEach(() => removePremises(premises));

/** Everything that a start makes, in the order in which it does. */
async function start(url: string) {
  const { catalogDatabase, dataDir, sharedDatabase } = premises;
  const config = loadConfig({}, { catalogDatabase, dataDir, sharedDatabase });
  const silent = createLogger({ level: 'silent' });
  const foundation = await openFoundation(config, new Secret(url), () => silent);
  return () => foundation.close();
}

describe('a start that is cut off', () => {
  it('after any change is made good by the next one', async () => {
    const known = new Set<string>();
    for (let end: (() => Promise<void>) | 'cut' = 'cut'; end === 'cut';) {
      const power = new PowerCut();
      power.afterOneUnknown(known);
      end = await Promise.race([power.happened, start(power.urlOf(premises.controlUrl))]);
      if (end !== 'cut') await end();
    }
    const cut = [...known].join('\n');
    for (const change of [
      /CREATE DATABASE "nmtest_\w+_catalog"/,
      /REVOKE ALL ON SCHEMA public/,
      /CREATE TABLE IF NOT EXISTS schema_history/,
      /COMMIT/,
      /CREATE ROLE "\w+_warden"/,
      /CREATE DATABASE "nmtest_\w+_shared"/,
      /GRANT CONNECT ON DATABASE/,
      /CREATE DATABASE "\w+_new"/,
      /IS_TEMPLATE true/,
      /RENAME TO/,
      /CREATE TABLE IF NOT EXISTS "jobs"/,
    ]) {
      expect(cut).toMatch(change);
    }
    await expectHealthy();
  }, 180_000);
});

/** Signups of both kinds find all that they need, and nothing half made is left. */
async function expectHealthy(): Promise<void> {
  const plane = await openControlPlane(premises);
  try {
    await plane.open('database');
    await plane.open('schema');
    expect(await disagreements(premises)).toEqual([]);
    expect(await plane.orphans.execute()).toEqual({ orphans: [], missing: [] });
  } finally {
    await plane.close();
  }
}

describe('a template', () => {
  let catalog: CatalogDatabase;
  let admin: ServerAdmin;
  let template: TemplateDatabase;
  let draft: string;
  const sessions: Client[] = [];

  beforeEach(async () => {
    const server = new DatabaseServer(new Secret(controlUrl()));
    catalog = await CatalogDatabase.open(server, premises.catalogDatabase);
    const roles = serverRoles(premises.catalogDatabase);
    admin = new ServerAdmin(server, roles.warden);
    await ensureServerRoles(admin, roles);
    template = new TemplateDatabase(admin, catalog, roles, 1_000);
    draft = `${template.name}_new`;
  });

  afterEach(async () => {
    await Promise.all(sessions.splice(0).map((session) => session.end()));
    await admin.close();
    await catalog.close();
  });

  /** Of a superuser, whom the product's role may not send away; or of that role itself. */
  async function sitIn(database: string, url = adminUrl()): Promise<Client> {
    const session = new Client(databaseUrl(url, database));
    session.on('error', () => undefined);
    sessions.push(session);
    await session.connect();
    return session;
  }

  /** Somebody who looks into a new database as soon as it can be entered. */
  function whenItOpens(visit: (database: string) => Promise<unknown>): void {
    const { inDatabase } = admin;
    admin.inDatabase = async (database, work) => {
      await visit(database);
      return inDatabase.call(admin, database, work) as never;
    };
  }

  const databases = async (): Promise<unknown[]> => {
    const rows = await runSql(
      adminUrl(),
      `SELECT datname, datistemplate, datallowconn FROM pg_database
        WHERE starts_with(datname, '${template.name}') ORDER BY datname`,
    );
    return rows.map((row) => Object.values(row));
  };
  const FINISHED = () => [template.name, true, false];

  it('is made beside a session of our own in what a crash left of it, by ending that', async () => {
    await admin.run(`CREATE DATABASE ${draft}`);
    await sitIn(draft, controlUrl());
    await admin.run(`ALTER DATABASE ${draft} IS_TEMPLATE true`);
    await template.ensure();
    expect(await databases()).toEqual([FINISHED()]);
  });

  it('is made beside a session that may not be ended, under another name', async () => {
    await admin.run(`CREATE DATABASE ${draft}`);
    await sitIn(draft);
    await admin.run(`ALTER DATABASE ${draft} IS_TEMPLATE true ALLOW_CONNECTIONS false`);
    await template.ensure();
    expect(await databases()).toEqual([FINISHED(), [draft, false, false]]);
  });

  it('waits for a visitor who goes again', async () => {
    whenItOpens(async (database) => {
      const visitor = await sitIn(database);
      void sleep(300).then(() => visitor.end());
    });
    await template.ensure();
    expect(await databases()).toEqual([FINISHED()]);
  });

  it('is refused by name while visitors stay in every one, and made when they are gone', async () => {
    const visitors: Client[] = [];
    let visitorsCome = true;
    whenItOpens(async (database) => {
      if (visitorsCome) visitors.push(await sitIn(database));
    });
    const refusal = await template.ensure().catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: 'template_held',
      message: expect.stringMatching(/process \d+ of the role postgres.*pg_terminate_backend/),
      fields: { database: `${template.name}_new3` },
    });
    await Promise.all(visitors.map((visitor) => visitor.end()));
    visitorsCome = false;
    await template.ensure();
    expect((await databases()).at(0)).toEqual(FINISHED());
  });

  it('that somebody opened is closed again, and one that is half dropped is made anew', async () => {
    await template.ensure();
    await admin.run(`ALTER DATABASE ${template.name} IS_TEMPLATE false ALLOW_CONNECTIONS true`);
    await template.ensure();
    expect(await databases()).toEqual([FINISHED()]);
    await admin.run(`ALTER DATABASE ${template.name} IS_TEMPLATE false`);
    await runSql(
      adminUrl(),
      `UPDATE pg_database SET datconnlimit = -2 WHERE datname = '${template.name}'`,
    );
    await template.ensure();
    expect(await databases()).toEqual([FINISHED()]);
  });
});
