import { createHmac, hkdfSync } from 'node:crypto';
import { SealedBox } from '../../../src/infrastructure/envelope/sealed-box.js';
import { hasCode } from '../../../src/kernel/app-error.js';
import { DataKey } from '../../../src/infrastructure/envelope/data-key.js';
import { databaseUrl } from '../../support/test-postgres.js';
import type { Insider } from './insider.js';
import { withClient } from './with-client.js';

interface KeptAnswer {
  hash: string;
  sealed: Buffer;
}

const COLUMNS = `encode(key_hash, 'hex') AS hash, sealed FROM sealed_responses WHERE sealed IS NOT NULL`;

/** Answers that tell of this tenant: of its signup, in the catalog, and those in its own database. */
export async function keptAnswers(insider: Insider, tenantId: string): Promise<KeptAnswer[]> {
  const catalog = databaseUrl(insider.adminUrl, insider.numoon.config.catalogDatabase);
  const inCatalog = await withClient(catalog, async (client) => {
    const text = `SELECT ${COLUMNS} AND tenant_id = $1`;
    return (await client.query<KeptAnswer>(text, [tenantId])).rows;
  });
  const own = await insider.in(tenantId, (query) => query<KeptAnswer>(`SELECT ${COLUMNS}`));
  return [...inCatalog, ...own];
}

/**
 * Keys that an answer could be under, made as `src/entry/composition/idempotency.ts` makes them, for one
 * who knows the Idempotency-Key: with each tenant's part that is left, and without any.
 */
export function candidateKeys(
  { numoon }: Insider,
  idempotencyKeys: readonly string[],
  materials: readonly Buffer[],
): Buffer[] {
  const secret = numoon.app.foundation.rootKey.derive('sealed responses');
  const parts = materials.map((material) => new DataKey(1, material));
  return idempotencyKeys.flatMap((key) => {
    const ours = Buffer.from(hkdfSync('sha256', secret, key, 'numoon/sealed-response', 32));
    const theirs = parts.map((part) => part.hash('idempotency-secret', key));
    const both = theirs.map((part) => createHmac('sha256', ours).update(part).digest());
    return [ours, ...theirs, ...both];
  });
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
