import { AppError } from '../../../kernel/app-error.js';
import { requireEngine } from '../require-engine.js';
import type { Mounts } from '../setup/policy-files.js';
import type { VaultClient } from '../vault-client.js';
import { dataOf } from '../vault-fields.js';
import type { Finding } from './finding.js';

/** The right engines are mounted, and old versions of secrets are not kept. */
export async function checkEngines(client: VaultClient, mounts: Mounts): Promise<Finding[]> {
  return [
    await tried(`KV version 2 at ${mounts.kv}`, 'there', async () => {
      await requireEngine(client, mounts.kv, 'kv-v2');
      return 'there';
    }),
    await tried(`transit at ${mounts.transit}`, 'there', async () => {
      await requireEngine(client, mounts.transit, 'transit');
      return 'there';
    }),
    await tried('versions kept of a secret', '1', async () => {
      const operation = 'check.engine';
      const path = `${mounts.kv}/config`;
      const answer = await client.request({ operation, method: 'GET', path });
      const kept = dataOf(answer, operation)['max_versions'];
      return kept === 0 ? 'ten, as Vault has it by default' : String(kept);
    }),
  ];
}

async function tried(
  what: string,
  expected: string,
  look: () => Promise<string>,
): Promise<Finding> {
  const found = await look().catch((error: unknown) => {
    if (error instanceof AppError) return error.code;
    throw error;
  });
  return { what, expected, found, ok: found === expected };
}
