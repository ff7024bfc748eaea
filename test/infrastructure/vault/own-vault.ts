import type { VaultSettings } from '../../../src/infrastructure/vault/open-vault.js';
import { Secret } from '../../../src/kernel/secret.js';
import { KV_MOUNT, TRANSIT_MOUNT, startVaultServer } from '../../support/vault-server.js';
import type { VaultServer } from '../../support/vault-server.js';
import { realVault } from './real-vault.js';
import type { RealVault } from './real-vault.js';

export type OwnVault = RealVault & Pick<VaultServer, 'seal' | 'unseal' | 'halt' | 'start'>;

/** A server that the test may seal and halt; AppRole logins are enabled. */
export async function startOwnVault(): Promise<OwnVault> {
  const server = await startVaultServer();
  const mounts = { kvMount: KV_MOUNT, transitMount: TRANSIT_MOUNT };
  await server.ask('POST', 'sys/auth/approle', { type: 'approle' });
  await server.ask('PUT', 'sys/policies/acl/test-all', {
    policy: 'path "*" { capabilities = ["create", "read", "update", "delete", "list"] }',
  });
  const { seal, unseal, halt, start, stop } = server;
  return { ...realVault(server, mounts, stop), seal, unseal, halt, start };
}

/** A role of the policy, and settings that log in with it. */
export async function appRole(
  vault: RealVault,
  name: string,
  role: Record<string, unknown> = {},
): Promise<Partial<VaultSettings>> {
  const path = `auth/approle/role/${name}`;
  await vault.ask('POST', path, { token_policies: ['test-all'], ...role });
  const id = await vault.ask('GET', `${path}/role-id`);
  const secret = await vault.ask('POST', `${path}/secret-id`, {});
  return {
    vaultToken: null,
    vaultRoleId: new Secret(id.body.data.role_id),
    vaultSecretId: new Secret(secret.body.data.secret_id),
  };
}

/** Settings with a token that Vault makes for the test. */
export async function tokenOf(
  vault: RealVault,
  token: Record<string, unknown>,
): Promise<Partial<VaultSettings>> {
  const made = await vault.ask('POST', 'auth/token/create', { policies: ['test-all'], ...token });
  return { vaultToken: new Secret(made.body.auth.client_token) };
}

/** Counts what the client asks of Vault, by operation and outcome. */
export function counter() {
  const counts = new Map<string, number>();
  return {
    called: (operation: string, outcome: string): void => {
      for (const name of [operation, `${operation} ${outcome}`]) {
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
    },
    of: (name: string): number => counts.get(name) ?? 0,
    all: (): number => [...counts].reduce((sum, [n, of]) => sum + (n.includes(' ') ? of : 0), 0),
  };
}
