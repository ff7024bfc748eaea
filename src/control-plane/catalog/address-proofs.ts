import type { CatalogDatabase } from './catalog-database.js';
import type { KeyedHash } from './keyed-hash.js';

/**
 * Of the row that the address is listed under, in whichever form. The lock makes this wait for a purge that
 * begins, which would otherwise miss the new row; afterwards there is no such tenant.
 */
const OFFER = `WITH tenant AS MATERIALIZED (
    SELECT id FROM tenants WHERE id = $3 AND status IN ('active', 'closing') FOR SHARE
  )
  INSERT INTO address_proofs (token_hash, email_hash, tenant_id, expires_at)
  SELECT $1,
         coalesce((SELECT email_hash FROM sign_ins WHERE email_hash = ANY ($2) AND tenant_id = $3
                    ORDER BY email_hash = ($2::bytea[])[1] DESC LIMIT 1), ($2::bytea[])[1]),
         id, now() + make_interval(mins => $4) FROM tenant`;

/** One statement, so that of two at once one has the link and the other has nothing. */
const CLAIM = `WITH proof AS (
    DELETE FROM address_proofs WHERE token_hash = $1 AND tenant_id = $2 AND expires_at > now()
    RETURNING email_hash, tenant_id
  )
  UPDATE sign_ins s SET proved_at = coalesce(s.proved_at, now())
    FROM proof p WHERE s.email_hash = p.email_hash AND s.tenant_id = p.tenant_id
  RETURNING s.tenant_id`;

/**
 * Links that were sent to an address, of which whoever opens one proves that it is theirs. Of a link only
 * a hash is kept, of the address the keyed one of the directory.
 */
export class CatalogAddressProofs {
  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly hash: KeyedHash,
  ) {}

  async offer(link: {
    linkHash: Buffer;
    email: string;
    tenantId: string;
    minutes: number;
  }): Promise<void> {
    const { linkHash, email, tenantId, minutes } = link;
    const forms = this.hash.formsOfEmail(email);
    await this.catalog.query(OFFER, [linkHash, forms, tenantId, minutes]);
  }

  /** True for exactly one caller, for as long as the address is listed in that tenant. */
  async claim(linkHash: Buffer, tenantId: string): Promise<boolean> {
    return (await this.catalog.query(CLAIM, [linkHash, tenantId])).length === 1;
  }

  /** @returns how many; nothing else removes them */
  async deleteExpired(limit = 10_000): Promise<number> {
    const gone = await this.catalog.query(
      `DELETE FROM address_proofs WHERE token_hash IN (
         SELECT token_hash FROM address_proofs WHERE expires_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING 1`,
      [limit],
    );
    return gone.length;
  }
}
