import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { Budgets } from '../../../src/connectors/kit/calls/budgets.js';
import { Providers } from '../../../src/connectors/providers.js';
import { AccessNews } from '../../../src/data-plane/access/access-news.js';
import { SignInDirectory } from '../../../src/data-plane/access/sign-in-directory.js';
import { ReportTampering } from '../../../src/data-plane/audit/report-tampering.js';
import { AddressProofs } from '../../../src/data-plane/addresses/address-proofs.js';
import { DataPlaneModule } from '../../../src/data-plane/data-plane.module.js';
import { DataPlaneSettings } from '../../../src/data-plane/data-plane.settings.js';
import { SlugDirectory } from '../../../src/data-plane/organization/slug-directory.js';
import { AttemptLimits } from '../../../src/data-plane/passwords/attempt-limits.js';
import { SyncSchedule } from '../../../src/data-plane/sync/sync-schedule.js';
import { GrantNews } from '../../../src/data-plane/tokens/grant-news.js';
import { ProviderAccountDirectory } from '../../../src/data-plane/webhooks/provider-account-directory.js';
import { HttpClient } from '../../../src/infrastructure/http-client/http-client.js';
import { KeyringKeyStore } from '../../../src/infrastructure/keyring/keyring.key-store.js';
import { KeyringSecretStore } from '../../../src/infrastructure/keyring/keyring.secret-store.js';
import { MASTER_KEY_BYTES } from '../../../src/infrastructure/keyring/master-key-file.js';
import { MasterKey } from '../../../src/infrastructure/keyring/master-key.js';
import { Mailer } from '../../../src/infrastructure/mail/mailer.js';
import { PasswordHasher } from '../../../src/infrastructure/passwords/password-hasher.js';
import { ChangeFeed } from '../../../src/infrastructure/postgres/change-feed.js';
import { SecretStore } from '../../../src/kernel/secret-store.js';
import { TenantKeys } from '../../../src/tenancy/keys/tenant-keys.js';
import { TenantPools } from '../../../src/tenancy/pools/tenant-pools.js';
import { type Actor, Tenancy } from '../../../src/tenancy/tenancy.js';
import { createTenantDataSource } from '../../../src/tenancy/tenant-data-source.js';
import { TenantDatabase } from '../../../src/tenancy/tenant-database.js';
import { TenantDirectory } from '../../../src/tenancy/tenant-directory.js';
import type { TenantRecord } from '../../../src/tenancy/tenant-record.js';
import { TENANT_ENTITIES } from '../../../tenants/entities/index.js';
import { controlUrl, databaseUrl, dropDatabases } from '../../support/test-postgres.js';
import { CountingHasher } from './counting-hasher.js';
import { FakeGrantNews, FakeProviderAccounts, FakeSchedule } from './fake-catalog.js';
import { FakeDirectory } from './fake-directory.js';
import {
  FakeLimiter,
  FakeMailer,
  FakeNews,
  FakeProofs,
  FakeSignIns,
  FakeSlugs,
} from './fake-ports.js';

class Outside {}

const refused = () => Promise.reject(new Error('not in tests'));

/** A feed that is live when a test says so. */
class ToldFeed extends ChangeFeed {
  #live = true;

  constructor() {
    super(refused, refused);
  }

  override get live(): boolean {
    return this.#live;
  }

  override set live(live: boolean) {
    this.#live = live;
  }
}

export type DataPlane = Awaited<ReturnType<typeof startDataPlane>>;

/** The data plane on a real server, with the catalog and the mail server played in memory. */
export async function startDataPlane(more: { insistsOnProof?: boolean } = {}) {
  const directory = new FakeDirectory();
  const tenancy = new Tenancy(directory);
  const pools = new TenantPools(connectTo, {
    connections: 40,
    connectionsPerTenant: 12,
    waitMs: 10_000,
    idleMs: 60_000,
  });
  // Never started: tests say what it brings.
  const feed = new ToldFeed();
  const database = new TenantDatabase(tenancy, pools);
  const keyringDir = await mkdtemp(join(tmpdir(), 'keyring-'));
  const masterKey = new MasterKey(randomBytes(MASTER_KEY_BYTES));
  const keyStore = await KeyringKeyStore.open({ dir: keyringDir, masterKey });
  const secrets = await KeyringSecretStore.open({ dir: `${keyringDir}/secrets`, masterKey });
  const http = new HttpClient();
  const keys = new TenantKeys(tenancy, database, keyStore, feed, {
    idleMs: 60_000,
    tenants: 100,
    tampered: (error) => app.get(ReportTampering, { strict: false }).execute(error),
  });
  const proofs = new FakeProofs(tenancy);
  const signIns = new FakeSignIns(proofs);
  proofs.claimed = ({ email, tenantId }) => signIns.prove(email, tenantId);
  const fakes = {
    directory,
    feed,
    keys,
    keyStore,
    pools,
    proofs,
    signIns,
    slugs: new FakeSlugs(),
    news: new FakeNews(),
    mailer: new FakeMailer(),
    hasher: new CountingHasher(),
    byAccount: new FakeLimiter(1_000),
    byAddress: new FakeLimiter(1_000),
    everywhere: new FakeLimiter(10_000),
    shownLinks: [] as string[],
  };
  const dataSource = await createTenantDataSource(tenancy, pools, TENANT_ENTITIES, () =>
    connect(controlUrl()),
  );
  const settings = new DataPlaneSettings({
    publicUrl: () => 'https://numoon.test',
    sessionHours: 1,
    ...more,
    showLink: (_, link) => void fakes.shownLinks.push(link),
  });
  const app = await NestFactory.createApplicationContext(
    DataPlaneModule.with(
      outside([
        [Tenancy, tenancy],
        [TenantDirectory, directory],
        [TenantDatabase, database],
        [TenantKeys, keys],
        [DataSource, dataSource],
        [ChangeFeed, feed],
        [PasswordHasher, fakes.hasher],
        [Mailer, fakes.mailer],
        [AttemptLimits, new AttemptLimits(fakes.byAccount, fakes.byAddress, fakes.everywhere)],
        [DataPlaneSettings, settings],
        [AccessNews, fakes.news],
        [SignInDirectory, fakes.signIns],
        [AddressProofs, fakes.proofs],
        [SlugDirectory, fakes.slugs],
        [SecretStore, secrets],
        [Providers, new Providers(new Map(), new Map())],
        [HttpClient, http],
        [Budgets, new Budgets()],
        [SyncSchedule, new FakeSchedule()],
        [ProviderAccountDirectory, new FakeProviderAccounts()],
        [GrantNews, new FakeGrantNews()],
      ]),
    ),
    { logger: false, abortOnError: false },
  );
  const databases: string[] = [];

  return {
    ...fakes,
    databases,
    get: <T>(what: Type<T>): T => app.get(what, { strict: false }),
    /** Runs inside the tenant as this actor. */
    as: <T>(tenant: TenantRecord, actor: Actor, work: () => Promise<T>): Promise<T> =>
      tenancy.run(tenant.id, actor, work, 'req_test'),
    async close() {
      await app.close();
      await http.close();
      keys.close();
      await pools.close();
      const open = pools.stats();
      await dataSource.destroy();
      await dropDatabases(...databases);
      await rm(keyringDir, { recursive: true });
      if (open.leased + open.idle + open.connecting > 0) {
        throw new Error(`Connections leaked: ${JSON.stringify(open)}`);
      }
    },
  };
}

function outside(values: [abstract new (...args: never[]) => unknown, unknown][]): DynamicModule {
  return {
    module: Outside,
    providers: values.map(([provide, useValue]) => ({ provide, useValue })),
    exports: values.map(([provide]) => provide),
  };
}

/** As the control role: what a tenant's own role may do is tested where roles are made. */
async function connectTo(tenant: TenantRecord): Promise<Client> {
  if (tenant.placement === null) throw new Error('This tenant has no database.');
  return connect(databaseUrl(controlUrl(), tenant.placement.database));
}

async function connect(url: string): Promise<Client> {
  const client = new Client(url);
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
