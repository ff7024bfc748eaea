import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { OpenedVault, VaultSettings } from '../../../src/infrastructure/vault/open-vault.js';
import { newTenantId } from '../../../src/kernel/ids.js';
import { Secret } from '../../../src/kernel/secret.js';
import { appRole, counter, startOwnVault, tokenOf } from './own-vault.js';
import type { OwnVault } from './own-vault.js';
import { withOwnVault } from './real-vault.js';

const path = { tenantId: newTenantId(), name: 'a' };

interface Use {
  calls: ReturnType<typeof counter>;
  errors: unknown[];
}

withOwnVault('the session with a real Vault', () => {
  let vault: OwnVault;
  let longWaits: Record<'renewed' | 'idle' | 'limited' | 'batch', Promise<Use>>;
  const opened: OpenedVault[] = [];
  beforeAll(async () => {
    vault = await startOwnVault();
    // They wait for seconds, so they do it side by side.
    longWaits = {
      renewed: use(await tokenOf(vault, { ttl: '2s' }), 5_000),
      idle: use(await tokenOf(vault, { ttl: '2s' }), 4_000, 4_000),
      limited: use(await appRole(vault, 'short', { token_ttl: '3s', token_max_ttl: '6s' }), 9_000),
      // Vault counts the time of batch tokens in whole seconds: up to one less than it says.
      batch: use(await appRole(vault, 'batch', { token_ttl: '4s', token_type: 'batch' }), 6_000),
    };
  });
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
  });
  afterAll(async () => {
    await Promise.all(Object.values(longWaits));
    await vault.stop();
  });

  function open(settings: Partial<VaultSettings>) {
    const calls = counter();
    const one = vault.open(settings, calls);
    opened.push(one);
    return { ...one, calls };
  }
  /** Reads all the time, or only at both ends, and tells what went wrong. */
  async function use(settings: Partial<VaultSettings>, ms: number, pause = 50): Promise<Use> {
    const calls = counter();
    const one = vault.open(settings, calls);
    const errors: unknown[] = [];
    const end = Date.now() + ms;
    for (;;) {
      await one.secrets.get(path).catch((error: unknown) => errors.push(error));
      if (Date.now() >= end) break;
      await sleep(pause);
    }
    await one.close();
    return { calls, errors };
  }
  async function accessorsOf(role: string): Promise<string[]> {
    const all = await vault.ask('GET', 'auth/token/accessors?list=true');
    const found: string[] = [];
    for (const accessor of all.body.data.keys) {
      const token = await vault.ask('POST', 'auth/token/lookup-accessor', { accessor });
      if (token.body.data?.meta?.role_name === role) found.push(accessor);
    }
    return found;
  }

  it('logs in by AppRole, once for 32 first callers', async () => {
    const { secrets, calls } = open(await appRole(vault, 'first'));
    await Promise.all(Array.from({ length: 32 }, () => secrets.get(path)));
    expect(calls.of('auth.login')).toBe(1);
    expect(calls.of('kv.get')).toBe(32);
  });

  it('renews a token before it ends, so that no call is denied', async () => {
    const { calls, errors } = await longWaits.renewed;
    expect(errors).toEqual([]);
    expect(calls.of('auth.renew ok')).toBeGreaterThanOrEqual(3);
    expect(calls.of('kv.get vault_denied')).toBe(0);
  });

  it('renews also while nobody calls', async () => {
    const { calls, errors } = await longWaits.idle;
    expect(errors).toEqual([]);
    expect(calls.of('kv.get absent')).toBe(2);
    expect(calls.of('kv.get vault_denied')).toBe(0);
  });

  it('logs in anew before the longest time of a token is over', async () => {
    const { calls, errors } = await longWaits.limited;
    expect(errors).toEqual([]);
    expect(calls.of('auth.renew ok')).toBeGreaterThanOrEqual(2);
    expect(calls.of('auth.login')).toBeGreaterThanOrEqual(2);
    expect(calls.of('auth.login')).toBeLessThanOrEqual(5);
    expect(calls.of('kv.get vault_denied')).toBe(0);
  });

  it('logs in anew before a token that cannot be renewed ends', async () => {
    const { calls, errors } = await longWaits.batch;
    expect(errors).toEqual([]);
    expect(calls.of('auth.login')).toBeGreaterThanOrEqual(2);
    expect(calls.of('auth.renew')).toBe(0);
    expect(calls.of('kv.get vault_denied')).toBe(0);
  });

  it('logs in anew once when its token was revoked under 32 callers, and none fails', async () => {
    const one = open(await appRole(vault, 'revoked'));
    await one.secrets.get(path);
    for (const accessor of await accessorsOf('revoked')) {
      await vault.ask('POST', 'auth/token/revoke-accessor', { accessor });
    }
    await Promise.all(Array.from({ length: 32 }, () => one.secrets.get(path)));
    expect(one.calls.of('auth.login')).toBe(2);
    expect(one.calls.of('kv.get ok') + one.calls.of('kv.get absent')).toBe(33);
  });

  it('says so when the given token is no longer taken', async () => {
    const { vaultToken } = await tokenOf(vault, {});
    const one = open({ vaultToken: vaultToken as Secret });
    await one.secrets.get(path);
    await vault.ask('POST', 'auth/token/revoke', { token: vaultToken?.reveal() });
    await expect(one.secrets.get(path)).rejects.toMatchObject({
      code: 'vault_denied',
      fields: { reason: 'token-invalid' },
      message: expect.stringContaining('VAULT_TOKEN'),
    });
    await expect(one.secrets.check()).rejects.toMatchObject({ code: 'vault_denied' });
  });

  it('says so when the AppRole is refused, and does not log in for each caller', async () => {
    const role = await appRole(vault, 'refused');
    const one = open({ ...role, vaultSecretId: new Secret('wrong') });
    for (let call = 0; call < 50; call += 1) {
      await expect(one.secrets.get(path)).rejects.toMatchObject({
        code: 'vault_denied',
        fields: { reason: 'login-refused' },
        message: expect.stringContaining('VAULT_SECRET_ID'),
      });
    }
    expect(one.calls.of('auth.login')).toBeLessThanOrEqual(2);
  });

  it('works with a token that may not look at itself', async () => {
    const settings = { token_no_default_policy: true, token_policies: ['test-blind'] };
    await vault.ask('PUT', 'sys/policies/acl/test-blind', {
      policy: `path "${vault.kvMount}/*" { capabilities = ["read"] }`,
    });
    const one = open(await appRole(vault, 'blind', settings));
    expect(await one.secrets.get(path)).toBeNull();
    for (let call = 0; call < 10; call += 1) {
      await expect(one.keys.create(path.tenantId)).rejects.toMatchObject({ code: 'vault_denied' });
    }
    expect(one.calls.of('auth.login')).toBeLessThanOrEqual(2);
  });

  it('a denial that is meant costs no login', async () => {
    await vault.ask('PUT', 'sys/policies/acl/test-none', { policy: '' });
    const one = open(await appRole(vault, 'none', { token_policies: ['test-none'] }));
    for (let call = 0; call < 5; call += 1) {
      await expect(one.secrets.get(path)).rejects.toMatchObject({ code: 'vault_denied' });
    }
    expect(one.calls.of('auth.login')).toBe(1);
  });

  it('gives the token of its login back when it is closed', async () => {
    const one = vault.open(await appRole(vault, 'closed'));
    await one.secrets.get(path);
    expect(await accessorsOf('closed')).toHaveLength(1);
    await one.close();
    expect(await accessorsOf('closed')).toEqual([]);
  });
});
