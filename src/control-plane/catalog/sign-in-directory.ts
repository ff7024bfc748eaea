import type { CatalogDatabase } from './catalog-database.js';
import type { KeyedHash } from './keyed-hash.js';

/** Of the tenants of an address, where it is not said; one that is in more names the one it means. */
const FOUND_MAX = 8;

/**
 * Of the tenants that serve somebody: others would use up places in a list that is cut. Where it is cut, the
 * oldest and the newest of the unproved ones stay in turn: a stranger who takes an address again and again
 * before its owner comes must not be all there is to be found.
 */
const FIND = `WITH places AS (
    SELECT s.tenant_id, bool_or(s.proved_at IS NOT NULL) AS proved, min(s.created_at) AS since
      FROM sign_ins s JOIN tenants t ON t.id = s.tenant_id AND t.status IN ('active', 'closing')
     WHERE s.email_hash = ANY ($1)
       AND ($2::bytea IS NULL OR s.tenant_id = (SELECT tenant_id FROM slugs WHERE slug_hash = $2))
     GROUP BY s.tenant_id),
  chosen AS (
    SELECT * FROM places ORDER BY proved DESC, least(
        row_number() OVER (PARTITION BY proved ORDER BY since, tenant_id),
        row_number() OVER (PARTITION BY proved ORDER BY since DESC, tenant_id DESC)), since, tenant_id
     LIMIT $3)
  SELECT tenant_id AS "tenantId", proved FROM chosen ORDER BY proved DESC, since, tenant_id`;

/** A link proves the address it was sent to, in that tenant, once; whoever has no such link proves nothing. */
const ADD = `WITH proof AS (
    DELETE FROM address_proofs
     WHERE token_hash = $3 AND email_hash = $1 AND tenant_id = $2 AND expires_at > now()
    RETURNING now() AS at
  )
  INSERT INTO sign_ins (email_hash, tenant_id, proved_at) VALUES ($1, $2, (SELECT at FROM proof))
  ON CONFLICT (email_hash, tenant_id)
    DO UPDATE SET proved_at = coalesce(sign_ins.proved_at, excluded.proved_at)
  RETURNING proved_at IS NOT NULL AS proved`;

/** Two that become one keep what either proved; links under way go on leading to the row. */
const REHASH = `WITH links AS (
    UPDATE address_proofs SET email_hash = $2 WHERE email_hash = $1 AND tenant_id = $3
  ), former AS (
    DELETE FROM sign_ins WHERE email_hash = $1 AND tenant_id = $3
    RETURNING tenant_id, created_at, proved_at
  )
  INSERT INTO sign_ins (email_hash, tenant_id, created_at, proved_at)
  SELECT $2, tenant_id, created_at, proved_at FROM former
  ON CONFLICT (email_hash, tenant_id) DO UPDATE
    SET created_at = least(sign_ins.created_at, excluded.created_at),
        proved_at = coalesce(sign_ins.proved_at, excluded.proved_at)`;

export interface FoundSignIn {
  tenantId: string;
  /** Whether a link that was sent to the address was opened, for this tenant. */
  proved: boolean;
}

/** E-mail address to tenants, both ways in a hash that the catalog cannot undo. */
export class CatalogSignInDirectory {
  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly hash: KeyedHash,
  ) {}

  /**
   * The tenants of this address that are served: those it proved to be its own first, then in the order
   * it joined them, and no more than `atMost`; or the one whose slug is given.
   */
  async find(email: string, organizationSlug?: string, atMost = FOUND_MAX): Promise<FoundSignIn[]> {
    return this.catalog.query<FoundSignIn>(FIND, [
      this.hash.formsOfEmail(email),
      organizationSlug === undefined ? null : this.hash.of('slug', organizationSlug),
      atMost,
    ]);
  }

  /**
   * Repeatable.
   *
   * @param linkHash of the link that whoever has this address came by
   * @returns whether the address is proved, by this link or before
   */
  async add(email: string, tenantId: string, linkHash?: Buffer): Promise<boolean> {
    const values = [this.hash.ofEmail(email), tenantId, linkHash ?? null];
    const [row] = await this.catalog.query<{ proved: boolean }>(ADD, values);
    return row?.proved === true;
  }

  /** Repeatable. Whichever form it is listed in, and with its open links. */
  async remove(email: string, tenantId: string): Promise<void> {
    await this.catalog.query(
      `WITH links AS (DELETE FROM address_proofs WHERE email_hash = ANY ($1) AND tenant_id = $2)
       DELETE FROM sign_ins WHERE email_hash = ANY ($1) AND tenant_id = $2`,
      [[...this.hash.formsOfEmail(email), this.hash.ofFormerEmail(email)], tenantId],
    );
  }

  /** Repeatable. Lists an address under its canonical form that was listed under its former one. */
  async rehash(email: string, tenantId: string): Promise<void> {
    const [former, canonical] = [this.hash.ofFormerEmail(email), this.hash.ofEmail(email)];
    if (!former.equals(canonical)) await this.catalog.query(REHASH, [former, canonical, tenantId]);
  }
}
