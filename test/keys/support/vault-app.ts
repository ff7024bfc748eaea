import type { Config } from '../../../config/load.js';
import { Secret } from '../../../src/kernel/secret.js';
import { startTestApp, type Answer, type SignedUp, type TestApp } from '../../support/test-app.js';
import { KV_MOUNT, TRANSIT_MOUNT } from '../../support/vault-server.js';
import { startOwnVault, type OwnVault } from '../../infrastructure/vault/own-vault.js';
import { startMoodyProxy, type MoodyProxy } from './moody-proxy.js';

export interface VaultApp {
  vault: OwnVault;
  /** Between NuMoon and Vault. */
  proxy: MoodyProxy;
  app: TestApp;
  /** What Vault holds of a tenant: its key, and names under its path. */
  holds(tenantId: string): Promise<{ key: boolean; secrets: string[] }>;
  close(): Promise<void>;
}

export interface VaultAppOptions {
  /** Stopped with the app. */
  vault?: OwnVault;
  /** The root token of that Vault, unless it is given another login. */
  login?: (vault: OwnVault) => Promise<Partial<Config>>;
}

/** A whole NuMoon on a Vault of its own. */
export async function startVaultApp(
  overrides: Partial<Config> = {},
  options: VaultAppOptions = {},
): Promise<VaultApp> {
  const vault = options.vault ?? (await startOwnVault());
  const proxy = await startMoodyProxy(vault.address);
  const stop = async () => {
    await proxy.close();
    await vault.stop();
  };
  try {
    const app = await startTestApp({
      vaultAddress: proxy.address,
      vaultToken: new Secret(vault.rootToken),
      ...(await options.login?.(vault)),
      vaultKvMount: KV_MOUNT,
      vaultTransitMount: TRANSIT_MOUNT,
      leaseSeconds: 2,
      ...overrides,
    });
    return {
      vault,
      proxy,
      app,
      holds: (tenantId) => holds(vault, tenantId),
      close: () => app.close().finally(stop),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function holds(vault: OwnVault, tenantId: string) {
  const key = await vault.ask('GET', `${TRANSIT_MOUNT}/keys/${tenantId}`);
  const secrets = await vault.ask('LIST', `${KV_MOUNT}/metadata/tenants/${tenantId}`);
  return {
    key: key.status === 200,
    secrets: secrets.status === 404 ? [] : (secrets.body.data.keys as string[]),
  };
}

/** A read that opens sealed values. */
export const read = (app: TestApp, { key }: SignedUp): Promise<Answer> =>
  app.call('GET', '/v1/tenant', { key });

/** A write that seals some. */
export const rename = (app: TestApp, { key }: SignedUp, name: string): Promise<Answer> =>
  app.call('PATCH', '/v1/tenant', { key, body: { name } });

/** Has the tenant's keys in memory, to open and to seal. */
export async function warmUp(app: TestApp, tenant: SignedUp): Promise<void> {
  await expectStatus(await rename(app, tenant, 'Warm and awake'), 200);
  await expectStatus(await read(app, tenant), 200);
}

/** Has none of the tenant's keys in memory, and still knows its credentials and has a connection. */
export async function coolDown(app: TestApp, tenant: SignedUp): Promise<void> {
  await warmUp(app, tenant);
  app.foundation.keys.drop(tenant.id);
}

async function expectStatus({ status, body }: Answer, wanted: number): Promise<void> {
  if (status !== wanted) throw new Error(`Answered ${status}: ${JSON.stringify(body)}`);
}

export async function untilTrue(ask: () => Promise<boolean>, ms = 60_000): Promise<number> {
  const startedAt = performance.now();
  while (!(await ask())) {
    if (performance.now() - startedAt > ms) throw new Error(`It did not come true in ${ms} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return performance.now() - startedAt;
}

export async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const startedAt = performance.now();
  const result = await work();
  return { result, ms: performance.now() - startedAt };
}

/** Closes the account at once. @returns where its status is shown */
export async function closeAccount(app: TestApp, tenant: SignedUp): Promise<string> {
  const answer = await app.call('POST', '/v1/account/closure', {
    key: tenant.key,
    body: { confirm: tenant.slug, password: tenant.password, graceDays: 0 },
  });
  await expectStatus(answer, 202);
  return new URL(answer.body.statusUrl as string).pathname + new URL(answer.body.statusUrl).search;
}
