import { describe } from '@jest/globals';
import { openVault } from '../../../src/infrastructure/vault/open-vault.js';
import type { OpenedVault, VaultSettings } from '../../../src/infrastructure/vault/open-vault.js';
import type { VaultObserver } from '../../../src/infrastructure/vault/vault-call.js';
import { randomWord } from '../../../src/kernel/ids.js';
import { Secret } from '../../../src/kernel/secret.js';
import {
  KV_MOUNT,
  TRANSIT_MOUNT,
  askVault,
  startVaultServer,
  vaultBinary,
} from '../../support/vault-server.js';
import type { VaultReply } from '../../support/vault-server.js';

const given =
  process.env['VAULT_ADDR'] && process.env['VAULT_TOKEN']
    ? { address: process.env['VAULT_ADDR'], rootToken: process.env['VAULT_TOKEN'] }
    : null;

/** Tests against a Vault that is running somewhere, or one that is started here. */
export const withRealVault = need(
  vaultBinary !== null || given !== null,
  'needs NUMOON_TEST_VAULT_BIN, or VAULT_ADDR and VAULT_TOKEN',
);

/** Tests that seal, halt or configure the whole server, so it must be one of their own. */
export const withOwnVault = need(vaultBinary !== null, 'needs NUMOON_TEST_VAULT_BIN');

function need(met: boolean, what: string): (name: string, cases: () => void) => void {
  if (met) return (name, cases) => describe(name, cases);
  return (name, cases) => describe.skip(`${name} (skipped: ${what})`, cases);
}

export interface RealVault {
  address: string;
  rootToken: string;
  kvMount: string;
  transitMount: string;
  ask(method: string, path: string, body?: object, headers?: object): Promise<VaultReply>;
  open(settings?: Partial<VaultSettings>, observer?: VaultObserver): OpenedVault;
  stop(): Promise<void>;
}

/** A server of our own where there is a program for it; else the given one, with engines of our own. */
export async function startRealVault(options = {}): Promise<RealVault> {
  if (vaultBinary !== null) {
    const server = await startVaultServer(vaultBinary, options);
    return realVault(server, { kvMount: KV_MOUNT, transitMount: TRANSIT_MOUNT }, server.stop);
  }
  if (given === null) throw new Error('There is no Vault to test with');
  const mounts = { kvMount: `test-kv-${randomWord(8)}`, transitMount: `test-tr-${randomWord(8)}` };
  const ask = askVault(given.address, () => given.rootToken);
  await ask('POST', `sys/mounts/${mounts.kvMount}`, { type: 'kv', options: { version: '2' } });
  await ask('POST', `sys/mounts/${mounts.transitMount}`, { type: 'transit' });
  return realVault(given, mounts, async () => {
    for (const mount of Object.values(mounts)) await ask('DELETE', `sys/mounts/${mount}`);
  });
}

export function realVault(
  { address, rootToken }: { address: string; rootToken: string },
  mounts: { kvMount: string; transitMount: string },
  stop: () => Promise<void>,
): RealVault {
  return {
    address,
    rootToken,
    ...mounts,
    ask: askVault(address, () => rootToken),
    open: (settings = {}, observer) =>
      openVault(
        {
          vaultAddress: address,
          vaultNamespace: null,
          vaultCaFile: null,
          vaultToken: new Secret(rootToken),
          vaultRoleId: null,
          vaultSecretId: null,
          vaultKvMount: mounts.kvMount,
          vaultTransitMount: mounts.transitMount,
          vaultTimeoutMs: 2_000,
          ...settings,
        },
        observer,
      ),
    stop,
  };
}
