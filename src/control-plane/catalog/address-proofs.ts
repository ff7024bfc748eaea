import type { Tenancy } from '../../tenancy/tenancy.js';
import type { CatalogDatabase } from './catalog-database.js';
import type { KeyedHash } from './keyed-hash.js';
import { ScopedCatalog } from './scoped-catalog.js';

/**
 * Of the row that the address is listed under, in whichever form. The lock makes this wait for a purge that
 * begins, which would otherwise miss the new row; afterwards there is no such tenant.
 */
const OFFER = `WITH tenant AS MATERIALIZED (
    SELECT id FROM tenants WHERE id = $1 AND status IN ('active', 'closing') FOR SHARE
  )
  INSERT INTO address_proofs (tenant_id, token_hash, email_hash, expires_at)
  SELECT id, $2,
         coalesce((SELECT email_hash FROM sign_ins WHERE email_hash = ANY ($3) AND tenant_id = $1
                    ORDER BY email_hash = ($3::bytea[])[1] DESC LIMIT 1), ($3::bytea[])[1]),
         now() + make_interval(mins => $4) FROM tenant`;

/** One statement, so that of two at once one has the link and the other has nothing. */
const CLAIM = `WITH proof AS (
    DELETE FROM address_proofs WHERE tenant_id = $1 AND token_hash = $2 AND expires_at > now()
    RETURNING email_hash
  )
  UPDATE sign_ins SET proved_at = coalesce(proved_at, now())
   WHERE tenant_id = $1 AND email_hash IN (SELECT email_hash FROM proof) RETURNING tenant_id`;

const DELETE_EXPIRED = `DELETE FROM address_proofs WHERE (tenant_id, token_hash) IN (
    SELECT tenant_id, token_hash FROM address_proofs WHERE expires_at < now()
     LIMIT $1 FOR UPDATE SKIP LOCKED)
  RETURNING 1`;

/**
 * Links that were sent to an address, of which whoever opens one proves that it is theirs, in the tenant in
 * context. Of a link only a hash is kept, of the address the keyed one of the directory.
 */
export class CatalogAddressProofs {
  readonly #catalog: ScopedCatalog;

  constructor(
    catalog: CatalogDatabase,
    tenancy: Tenancy,
    private readonly hash: KeyedHash,
  ) {
    this.#catalog = new ScopedCatalog(catalog, tenancy);
  }

  async offer(link: { linkHash: Buffer; email: string; minutes: number }): Promise<void> {
    const { linkHash, email, minutes } = link;
    await this.#catalog.ofTenant(OFFER, [linkHash, this.hash.formsOfEmail(email), minutes]);
  }

  /** True for exactly one caller, for as long as the address is listed in the tenant. */
  async claim(linkHash: Buffer): Promise<boolean> {
    return (await this.#catalog.ofTenant(CLAIM, [linkHash])).length === 1;
  }

  /** @returns how many; nothing else removes them */
  async deleteExpired(limit = 10_000): Promise<number> {
    return (await this.#catalog.ofAll(DELETE_EXPIRED, [limit])).length;
  }
}
