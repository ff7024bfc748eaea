import { type DynamicModule, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Budgets } from '../../connectors/kit/calls/budgets.js';
import { Providers } from '../../connectors/providers.js';
import { ControlPlaneDeps } from '../../control-plane/control-plane.deps.js';
import { ControlPlaneModule } from '../../control-plane/control-plane.module.js';
import { CatalogProviderAccountDirectory } from '../../control-plane/catalog/provider-account-directory.js';
import { CatalogAddressProofs } from '../../control-plane/catalog/address-proofs.js';
import { CatalogSignInDirectory } from '../../control-plane/catalog/sign-in-directory.js';
import { CatalogSlugDirectory } from '../../control-plane/catalog/slug-directory.js';
import { CatalogSyncSchedule } from '../../control-plane/catalog/sync-schedule.js';
import { AccessNews } from '../../data-plane/access/access-news.js';
import { SignInDirectory } from '../../data-plane/access/sign-in-directory.js';
import { AddressProofs } from '../../data-plane/addresses/address-proofs.js';
import { DataPlaneModule } from '../../data-plane/data-plane.module.js';
import { DataPlaneSettings, type LinkKind } from '../../data-plane/data-plane.settings.js';
import { SlugDirectory } from '../../data-plane/organization/slug-directory.js';
import { AttemptLimits } from '../../data-plane/passwords/attempt-limits.js';
import { SyncSchedule } from '../../data-plane/sync/sync-schedule.js';
import { GrantNews } from '../../data-plane/tokens/grant-news.js';
import { ProviderAccountDirectory } from '../../data-plane/webhooks/provider-account-directory.js';
import { HttpClient } from '../../infrastructure/http-client/http-client.js';
import { createMailer } from '../../infrastructure/mail/smtp.mailer.js';
import { Mailer } from '../../infrastructure/mail/mailer.js';
import { announce, ChangeFeed } from '../../infrastructure/postgres/change-feed.js';
import { PasswordHasher } from '../../infrastructure/passwords/password-hasher.js';
import { PasswordKeeper } from '../../infrastructure/passwords/password-keeper.js';
import { deleteExpiredLimits } from '../../infrastructure/rate-limit/durable-limiter.js';
import { SecretStore } from '../../kernel/secret-store.js';
import { ConnectModule } from '../http/connect/connect.module.js';
import { TenantKeys } from '../../tenancy/keys/tenant-keys.js';
import { TenantDirectory } from '../../tenancy/tenant-directory.js';
import { TenantDatabase } from '../../tenancy/tenant-database.js';
import { Tenancy } from '../../tenancy/tenancy.js';
import type { Foundation } from './foundation.js';
import { createIdempotency } from './idempotency.js';
import type { Limits } from './limits.js';
import { portsModule } from './ports.module.js';

export interface RootOptions {
  foundation: Foundation;
  limits: Limits;
  publicUrl: () => string;
  /** Shows links that no mail could carry; only the embedded profile does. */
  showLink?: (kind: LinkKind, link: string) => void;
}

@Module({})
class FoundationModule {}

@Module({})
export class RootModule {}

/** Binds the two planes to what they stand on and, through their ports, to each other. */
export function rootModule(options: RootOptions): DynamicModule {
  const values = foundationModule(options);
  const dataPlane = DataPlaneModule.with(values);
  const ports = portsModule(values, dataPlane);
  return {
    module: RootModule,
    imports: [
      values,
      dataPlane,
      ControlPlaneModule.with(values, ports),
      ConnectModule.with(dataPlane, options.foundation.config.publicUrl),
    ],
  };
}

function foundationModule({ foundation, limits, publicUrl, showLink }: RootOptions): DynamicModule {
  const { catalog, config, hash, metrics } = foundation;
  const hasher = new PasswordHasher({ concurrency: config.hashingConcurrency });
  const proofs = new CatalogAddressProofs(catalog, foundation.tenancy, hash);
  const providerAccounts = new CatalogProviderAccountDirectory(catalog, foundation.tenancy, hash);
  const providers = [
    value(Tenancy, foundation.tenancy),
    value(TenantDirectory, foundation.directory),
    value(TenantDatabase, foundation.tenantDatabase),
    value(TenantKeys, foundation.keys),
    value(DataSource, foundation.tenantDataSource),
    value(ChangeFeed, foundation.feed),
    value(SecretStore, foundation.tools.secrets),
    value(Providers, foundation.providers),
    value(HttpClient, foundation.http),
    value(Budgets, new Budgets()),
    value(PasswordHasher, hasher),
    value(Mailer, createMailer(config)),
    value(AttemptLimits, limits.logins),
    value(
      DataPlaneSettings,
      new DataPlaneSettings({
        publicUrl,
        sessionHours: config.sessionHours,
        insistsOnProof: (config.verifyEmail ?? (config.smtpUrl === null ? 'off' : 'on')) === 'on',
        webhooksPerSecond: config.webhooksPerSecond,
        tenantMaxBytes: config.tenantMaxBytes,
        tenantMaxRows: config.tenantMaxRows,
        ...(showLink === undefined ? {} : { showLink }),
      }),
    ),
    value(SignInDirectory, new CatalogSignInDirectory(catalog, hash)),
    value(AddressProofs, proofs),
    value(SlugDirectory, new CatalogSlugDirectory(catalog, hash)),
    value(ProviderAccountDirectory, providerAccounts),
    value(SyncSchedule, new CatalogSyncSchedule(catalog, foundation.tenancy)),
    value(GrantNews, {
      ended: (tenantId: string, integrationId: string) =>
        announce(catalog, { kind: 'grant', tenantId, integrationId }),
    } satisfies GrantNews),
    value(AccessNews, {
      changed: (tenantId: string) => announce(catalog, { kind: 'access', tenantId }),
    } satisfies AccessNews),
    value(ControlPlaneDeps, {
      tools: foundation.tools,
      catalog,
      catalogDataSource: foundation.catalogDataSource,
      tenants: foundation.tenants,
      tenancy: foundation.tenancy,
      tenantKeys: foundation.keys,
      tenantDatabase: foundation.tenantDatabase,
      settleSeconds: settleSecondsOf(config),
      hash,
      jobs: foundation.jobs,
      forgetTenant: (tenantId) => foundation.directory.forget(tenantId),
      logger: foundation.logger,
      passwords: new PasswordKeeper(hasher),
      sharedDatabase: config.sharedDatabase,
      storageLimits: { maxBytes: config.tenantMaxBytes, maxRows: config.tenantMaxRows },
      stockTargets: { database: config.stockDatabases, schema: config.stockSchemas },
      signup: {
        mode: config.signup,
        perAddress: limits.signupsPerAddress,
        inTotal: limits.signupsInTotal,
      },
      publicUrl,
      observe: {
        opening: (source, outcome, seconds) =>
          metrics.provisioning.observe({ source, outcome }, seconds),
        provisioningStep: stepMeter(foundation, 'provisioning'),
        purgeStep: stepMeter(foundation, 'purge'),
      },
      moreChores: [
        { name: 'put changed logins right', run: () => foundation.restoreLogin.sweep() },
        { name: 'forget old webhook events', run: () => providerAccounts.deleteOldEvents() },
        { name: 'forget old address links', run: () => proofs.deleteExpired() },
        { name: 'forget old limits', run: () => deleteExpiredLimits(catalog.pool) },
        {
          name: 'forget old answers',
          run: () => createIdempotency(foundation).catalogAtomic.deleteExpired(),
        },
      ],
    } satisfies ControlPlaneDeps),
  ];
  return { module: FoundationModule, providers, exports: providers.map((it) => it.provide) };
}

/** Whoever has read a value waits at most for a connection and two statements before it opens it. */
function settleSecondsOf(config: Foundation['config']): number {
  return Math.ceil((config.connectionWaitMs + 2 * config.statementTimeoutMs) / 1000);
}

function stepMeter({ metrics }: Foundation, sequence: 'provisioning' | 'purge') {
  return {
    after: (step: string, elapsedMs: number): void =>
      metrics.step.observe({ sequence, step }, elapsedMs / 1000),
  };
}

function value(provide: unknown, useValue: unknown) {
  return { provide: provide as never, useValue };
}
