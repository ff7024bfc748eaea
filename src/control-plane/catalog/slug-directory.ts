import slugify from '@sindresorhus/slugify';
import { randomWord } from '../../kernel/ids.js';
import { hasSqlstate, SQLSTATE } from '../../infrastructure/postgres/sqlstate.js';
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

  /** Repeatable: a slug that is the tenant's own already is `ok`. The old one is free at once. */
  async rename(tenantId: string, slug: string): Promise<'ok' | 'taken'> {
    const hash = this.hash.of('slug', slug);
    try {
      await this.catalog.transaction(async (tx) => {
        await tx.query('DELETE FROM slugs WHERE tenant_id = $1 AND slug_hash <> $2', [
          tenantId,
          hash,
        ]);
        await tx.query(
          `INSERT INTO slugs (slug_hash, tenant_id) SELECT $1, $2
            WHERE NOT EXISTS (SELECT FROM slugs WHERE slug_hash = $1 AND tenant_id = $2)`,
          [hash, tenantId],
        );
      });
      return 'ok';
    } catch (error) {
      if (hasSqlstate(error, SQLSTATE.uniqueViolation)) return 'taken';
      throw error;
    }
  }
}

/** Latin letters, digits and single hyphens; a name that has none (emoji, say) gives a random one. */
export function slugOf(organization: string): string {
  const slug = slugify(organization.slice(0, 200))
    .slice(0, SLUG_MAX - 1)
    .replace(/-+$/, '');
  return slug.length >= 3 ? slug : `org-${randomWord(8)}`;
}
