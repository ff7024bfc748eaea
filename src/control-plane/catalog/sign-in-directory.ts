import type { CatalogDatabase } from './catalog-database.js';
import type { KeyedHash } from './keyed-hash.js';

/** E-mail address to tenant, both ways in a hash that the catalog cannot undo. */
export class CatalogSignInDirectory {
  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly hash: KeyedHash,
  ) {}

  /** The tenant of this address: the one whose slug is given, else the one joined first; or null. */
  async find(email: string, organizationSlug?: string): Promise<string | null> {
    const [row] = await this.catalog.query<{ tenant_id: string }>(
      `SELECT s.tenant_id FROM sign_ins s
        WHERE s.email_hash = $1
          AND ($2::bytea IS NULL OR s.tenant_id = (SELECT tenant_id FROM slugs WHERE slug_hash = $2))
        ORDER BY s.created_at, s.tenant_id LIMIT 1`,
      [
        this.hash.ofEmail(email),
        organizationSlug === undefined ? null : this.hash.of('slug', organizationSlug),
      ],
    );
    return row?.tenant_id ?? null;
  }

  /** Repeatable. */
  async add(email: string, tenantId: string): Promise<void> {
    await this.catalog.query(
      'INSERT INTO sign_ins (email_hash, tenant_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [this.hash.ofEmail(email), tenantId],
    );
  }

  async remove(email: string, tenantId: string): Promise<void> {
    await this.catalog.query('DELETE FROM sign_ins WHERE email_hash = $1 AND tenant_id = $2', [
      this.hash.ofEmail(email),
      tenantId,
    ]);
  }
}
