import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Config } from '../../config/load.js';
import { OpenAccount } from '../../src/control-plane/provisioning/open-account.js';
import { openFoundation, type Foundation } from '../../src/entry/composition/foundation.js';
import { createLimits } from '../../src/entry/composition/limits.js';
import { rootModule } from '../../src/entry/composition/root.module.js';
import { createLogger } from '../../src/infrastructure/logging/logger.js';
import { Secret } from '../../src/kernel/secret.js';
import type { Isolation, TenantRecord } from '../../src/tenancy/tenant-record.js';
import { several } from './alternate.js';
import type { BenchPostgres } from './bench-postgres.js';
import { foundationOptions, type Keeping } from './keeping.js';
import { benchConfig } from './settings.js';

/** A tenant as the loads and the peers know it. */
export interface BenchTenant {
  id: string;
  name: string;
  apiKey: string;
  /** Its own login role, which the peers use too. */
  login: { host: string; port: number; database: string; user: string; password: string };
}

/** The program without HTTP and without workers. */
export interface Backstage {
  foundation: Foundation;
  get<T>(what: Type<T>): T;
  openAccount(name: string, isolation: Isolation): Promise<BenchTenant>;
  openAccounts(count: number, isolation: Isolation): Promise<BenchTenant[]>;
  close(): Promise<void>;
}

/** Hashing is not measured here; the text only has to look like a hash. */
export const PASSWORD_HASH = '$argon2id$v=19$m=19456,t=2,p=1$bm90aGluZw$bm90aGluZw';

export async function openBackstage(
  postgres: BenchPostgres,
  overrides: Partial<Config> = {},
  keeping: Keeping = 'sealed',
): Promise<Backstage> {
  const config = benchConfig(postgres.dataDir, overrides);
  const foundation = await openFoundation(
    config,
    new Secret(postgres.controlUrl),
    (context) => createLogger({ level: config.logLevel, context }),
    await foundationOptions(keeping, config),
  );
  const limits = createLimits(foundation);
  const app = await NestFactory.createApplicationContext(
    rootModule({ foundation, limits, publicUrl: () => 'http://localhost' }),
    { logger: false, abortOnError: false },
  );
  const accounts = app.get(OpenAccount, { strict: false });
  const { hostname, port } = new URL(postgres.controlUrl);

  const openAccount = async (name: string, isolation: Isolation): Promise<BenchTenant> => {
    const owner = { name: 'Ada Okafor', email: `${name}@bench.test`, passwordHash: PASSWORD_HASH };
    const opened = await foundation.tenancy.central(() =>
      accounts.execute({ organization: name, owner, isolation, region: 'local' }),
    );
    const place = placeOf(opened.tenant);
    const { logins } = foundation.tools;
    return {
      id: opened.tenant.id,
      name,
      apiKey: opened.owner.apiKey,
      login: {
        host: hostname,
        port: Number(port),
        database: place.database,
        user: place.loginRole,
        password: logins.open(opened.tenant.id, place.loginRole, place.loginSealed),
      },
    };
  };
  return {
    foundation,
    get: (what) => app.get(what, { strict: false }),
    openAccount,
    openAccounts: (count, isolation) =>
      several(count, 4, (index) => openAccount(`account-${index}`, isolation)),
    close: async () => {
      await app.close();
      await foundation.jobs.stop(0);
      await foundation.close();
    },
  };
}

function placeOf({ id, placement }: TenantRecord) {
  if (placement === null) throw new Error(`The tenant ${id} has no place.`);
  return placement;
}

/** Accounts that exist before anything is measured. */
export function prepareAccounts(
  postgres: BenchPostgres,
  count: number,
  isolation: Isolation,
): Promise<BenchTenant[]> {
  return postgres.unmeasured(async () => {
    const backstage = await openBackstage(postgres, { stockDatabases: 0, stockSchemas: 0 });
    try {
      return await backstage.openAccounts(count, isolation);
    } finally {
      await backstage.close();
    }
  });
}
