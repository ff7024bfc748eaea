import { SealedResponses } from '../../infrastructure/idempotency/sealed-responses.js';
import type { Foundation } from './foundation.js';

/** A call that takes longer than this is taken for interrupted. */
const LEASE_SECONDS = 60;

/** Where answers are kept: a tenant's beside its own data, the others' in the catalog. */
export function createIdempotency({ catalog, tenantDatabase, hash, masterKey }: Foundation) {
  const common = {
    hash: (text: string) => hash.of('idempotency', text),
    secret: masterKey.derive('sealed responses'),
    leaseSeconds: LEASE_SECONDS,
  };
  const inCatalog = <Row extends object>(text: string, values: unknown[]) =>
    catalog.query<Row>(text, values);
  return {
    /** Effect and answer in one transaction. */
    catalogAtomic: new SealedResponses({ ...common, run: inCatalog, atomic: true }),
    catalog: new SealedResponses({ ...common, run: inCatalog, atomic: false }),
    tenant: new SealedResponses({
      ...common,
      run: <Row extends object>(text: string, values: unknown[]) =>
        tenantDatabase.query<Row>({ text, values }),
      atomic: false,
    }),
  };
}

export type Idempotency = ReturnType<typeof createIdempotency>;
