import { createHmac, hkdfSync } from 'node:crypto';
import { SealedBox } from '../../../src/infrastructure/keyring/sealed-box.js';
import { hasCode } from '../../../src/kernel/app-error.js';
import { DataKey } from '../../../src/infrastructure/envelope/data-key.js';
import { databaseUrl } from '../../support/test-postgres.js';
import type { Insider } from './insider.js';
import { withClient } from './with-client.js';

interface KeptAnswer {
  hash: string;
  sealed: Buffer;
}

/** Answers that the copied catalog keeps and that tell of this tenant. */
export async function keptInCatalog(insider: Insider, tenantId: string): Promise<KeptAnswer[]> {
  const { catalogDatabase } = insider.numoon.config;
  return withClient(databaseUrl(insider.adminUrl, catalogDatabase), async (client) => {
    const { rows } = await client.query<KeptAnswer>(
      `SELECT encode(key_hash, 'hex') AS hash, sealed FROM sealed_responses
        WHERE tenant_id = $1 AND sealed IS NOT NULL`,
      [tenantId],
    );
    return rows;
  });
}

export function keptByTenant(insider: Insider, tenantId: string): Promise<KeptAnswer[]> {
  return insider.in(tenantId, (query) =>
    query<KeptAnswer>(
      `SELECT encode(key_hash, 'hex') AS hash, sealed FROM sealed_responses WHERE sealed IS NOT NULL`,
    ),
  );
}

/**
 * Keys that an answer could be under, made as `src/entry/composition/idempotency.ts` makes them, for one
 * who knows the Idempotency-Key: with each tenant's part that is left, and without any.
 */
export function candidateKeys(
  { numoon }: Insider,
  idempotencyKey: string,
  materials: readonly Buffer[],
): Buffer[] {
  const secret = numoon.app.foundation.rootKey.derive('sealed responses');
  const ours = Buffer.from(
    hkdfSync('sha256', secret, idempotencyKey, 'numoon/sealed-response', 32),
  );
  const theirs = materials.map((material) =>
    new DataKey(1, material).hash('idempotency-secret', idempotencyKey),
  );
  const both = theirs.map((part) => createHmac('sha256', ours).update(part).digest());
  return [ours, ...theirs, ...both];
}

/** How many of the answers any of the keys opens. */
export function countOpened(answers: readonly KeptAnswer[], keys: readonly Buffer[]): number {
  return answers.filter(({ hash, sealed }) => keys.some((key) => opens(key, hash, sealed))).length;
}

function opens(key: Buffer, hash: string, sealed: Buffer): boolean {
  try {
    new SealedBox(key).open(sealed, hash);
    return true;
  } catch (error) {
    if (!hasCode(error, 'seal_broken')) throw error;
    return false;
  }
}
