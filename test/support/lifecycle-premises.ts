import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, escapeIdentifier } from 'pg';
import { serverRoles } from '../../src/control-plane/provisioning/server-roles.js';
import { findDisagreements } from './invariants.js';
import {
  type ControlPlane,
  type ControlPlaneOptions,
  keyringDir,
  openControlPlane,
  type Premises,
} from './lifecycle-control-plane.js';
import {
  adminUrl,
  controlUrl,
  createTestCatalogNames,
  dropDatabases,
  dropDatabasesWithPrefix,
} from './test-postgres.js';

/** Names on the run's server and a data folder, for one control plane. */
export async function createPremises(): Promise<Premises> {
  return {
    controlUrl: controlUrl(),
    ...createTestCatalogNames(),
    dataDir: await mkdtemp(join(tmpdir(), 'numoon-lifecycle-')),
  };
}

/** A control plane on premises of its own. End it with `closeWithPremises`. */
export async function openOnOwnPremises(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const premises = await createPremises();
  try {
    return await openControlPlane(premises, options);
  } catch (error) {
    await removePremises(premises);
    throw error;
  }
}

/** @param plane undefined where it could not be opened */
export async function closeWithPremises(plane: ControlPlane | undefined): Promise<void> {
  if (plane === undefined) return;
  await plane.close();
  await removePremises(plane.premises);
}

/** What the three places disagree about; see `invariants.ts`. */
export function disagreements(premises: Premises): Promise<string[]> {
  return findDisagreements({ ...premises, storeDir: keyringDir(premises) });
}

/** Removes everything of one control plane from the server and the disk, healthy or not. */
export async function removePremises(premises: Premises): Promise<void> {
  const roles = serverRoles(premises.catalogDatabase);
  const admin = new Client(adminUrl());
  await admin.connect();
  try {
    const ours = await namesOf(
      admin,
      `SELECT r.rolname AS name FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
        WHERE m.member = to_regrole($1)`,
      roles.warden,
    );
    const owned = await namesOf(
      admin,
      `SELECT datname AS name FROM pg_database
        WHERE datdba IN (SELECT roleid FROM pg_auth_members WHERE member = to_regrole($1))`,
      roles.warden,
    );
    await dropDatabases(...owned, premises.sharedDatabase);
    await dropDatabasesWithPrefix(roles.template);
    await dropDatabases(premises.catalogDatabase);
    for (const role of [...ours, ...Object.values(roles)]) {
      await admin.query(`DROP ROLE IF EXISTS ${escapeIdentifier(role)}`);
    }
  } finally {
    await admin.end();
  }
  await rm(premises.dataDir, { recursive: true, force: true });
}

async function namesOf(client: Client, sql: string, warden: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(sql, [escapeIdentifier(warden)]);
  return rows.map((row) => row.name);
}
