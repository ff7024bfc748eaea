import slugify from '@sindresorhus/slugify';
import { randomWord } from '../../kernel/ids.js';
import type { CatalogDatabase, CatalogTransaction } from './catalog-database.js';
import type { KeyedHash } from './keyed-hash.js';

const SLUG_MAX = 40;

/** Names in addresses, unique over all tenants; kept here only as keyed hashes. */
export class CatalogSlugDirectory {
  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly hash: KeyedHash,
  ) {}

  /**
   * Takes a slug made from the organisation's name for a new tenant, in the caller's transaction.
   * A taken one gets a random ending, which also gives nothing away about who has it.
   */
  async claimFor(tx: CatalogTransaction, tenantId: string, organization: string): Promise<string> {
    const base = slugOf(organization);
    for (const slug of [base, `${base.slice(0, SLUG_MAX - 7)}-${randomWord(6)}`]) {
      const taken = await tx.query(
        'INSERT INTO slugs (slug_hash, tenant_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING tenant_id',
        [this.hash.of('slug', slug), tenantId],
      );
      if (taken.length === 1) return slug;
    }
    return this.claimFor(tx, tenantId, `${base}-${randomWord(8)}`);
  }

  /** Takes the slug beside those the tenant has. Repeatable: one of its own is `ok`. */
  async claim(tenantId: string, slug: string): Promise<'ok' | 'taken'> {
    const [row] = await this.catalog.query<{ tenant_id: string }>(
      `WITH taken AS (
         INSERT INTO slugs (slug_hash, tenant_id) VALUES ($1, $2) ON CONFLICT DO NOTHING
         RETURNING tenant_id)
       SELECT tenant_id FROM taken UNION ALL SELECT tenant_id FROM slugs WHERE slug_hash = $1`,
      [this.hash.of('slug', slug), tenantId],
    );
    return row?.tenant_id === tenantId ? 'ok' : 'taken';
  }

  /** Frees all slugs of the tenant but this one. Repeatable. */
  async keepOnly(tenantId: string, slug: string): Promise<void> {
    await this.catalog.query('DELETE FROM slugs WHERE tenant_id = $1 AND slug_hash <> $2', [
      tenantId,
      this.hash.of('slug', slug),
    ]);
  }
}

/** Latin letters, digits and single hyphens; a name that has none (emoji, say) gives a random one. */
export function slugOf(organization: string): string {
  const slug = slugify(organization.slice(0, 200))
    .slice(0, SLUG_MAX - 1)
    .replace(/-+$/, '');
  return slug.length >= 3 ? slug : `org-${randomWord(8)}`;
}
