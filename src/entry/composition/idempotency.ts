import { createHmac, hkdfSync } from 'node:crypto';
import { SealedResponses } from '../../infrastructure/idempotency/sealed-responses.js';
import { hasCode } from '../../kernel/app-error.js';
import type { Foundation } from './foundation.js';

/** A call that takes longer than this is taken for interrupted. */
const LEASE_SECONDS = 60;

const ACTOR = { kind: 'system', job: 'idempotency.replay' } as const;

/** Where answers are kept: a tenant's beside its own data, the others' in the catalog. */
export function createIdempotency(foundation: Foundation) {
  const { catalog, tenantDatabase, hash, keys, rootKey } = foundation;
  const secret = rootKey.derive('sealed responses');
  const inCatalog = {
    hash: async (text: string) => hash.of('idempotency', text),
    sealingKey: async (idempotencyKey: string, tenantId: string | null) => {
      const ours = Buffer.from(
        hkdfSync('sha256', secret, idempotencyKey, 'numoon/sealed-response', 32),
      );
      if (tenantId === null) return ours;
      const theirs = await ofTenant(foundation, tenantId, idempotencyKey);
      return theirs === null ? null : createHmac('sha256', ours).update(theirs).digest();
    },
    leaseSeconds: LEASE_SECONDS,
    run: <Row extends object>(text: string, values: unknown[]) => catalog.query<Row>(text, values),
  };
  return {
    /** Effect and answer in one transaction. */
    catalogAtomic: new SealedResponses({ ...inCatalog, atomic: true }),
    catalog: new SealedResponses({ ...inCatalog, atomic: false }),
    tenant: new SealedResponses({
      hash: (text) => keys.open((cipher) => cipher.hash('idempotency-key', text)),
      sealingKey: (idempotencyKey) =>
        keys.open((cipher) => cipher.hash('idempotency-secret', idempotencyKey)),
      leaseSeconds: LEASE_SECONDS,
      run: <Row extends object>(text: string, values: unknown[]) =>
        tenantDatabase.query<Row>({ text, values }),
      atomic: false,
    }),
  };
}

/** The tenant's part of the key: when its key is destroyed, the answer can be opened no more. */
async function ofTenant(
  { keys, tenancy }: Foundation,
  tenantId: string,
  idempotencyKey: string,
): Promise<Buffer | null> {
  const make = () => keys.open((cipher) => cipher.hash('idempotency-secret', idempotencyKey));
  if (tenancy.logContext()?.tenantId === tenantId) return make();
  try {
    return await tenancy.run(tenantId, ACTOR, make);
  } catch (error) {
    if (GONE.some((code) => hasCode(error, code))) return null;
    throw error;
  }
}

const GONE = [
  'tenant_not_found',
  'tenant_purged',
  'tenant_purging',
  'tenant_failed',
  'key_missing',
];

export type Idempotency = ReturnType<typeof createIdempotency>;
