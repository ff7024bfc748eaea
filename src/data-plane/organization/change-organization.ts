import { Injectable } from '@nestjs/common';
import { Tenancy } from '../../tenancy/tenancy.js';
import { AuditLog } from '../audit/audit-log.js';
import { KeyedTransaction } from '../keyed-transaction.js';
import type { ChangeTenantBody } from './organization.dto.js';
import { SlugTakenError } from './organization.errors.js';
import { OrganizationRepository } from './organization.repository.js';
import type { OrganizationRow } from './sealed-organization.js';
import { SlugDirectory } from './slug-directory.js';

/**
 * Changes name and slug.
 *
 * The directory first takes the new slug beside the old, then the tenant's database names it, then
 * the directory frees the old one. Wherever a crash falls, the slug that the database names leads
 * here; at worst an unused one stays taken, and the next change frees it. The other order would
 * name a slug that somebody else may have taken.
 */
@Injectable()
export class ChangeOrganization {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly transaction: KeyedTransaction,
    private readonly organization: OrganizationRepository,
    private readonly slugs: SlugDirectory,
    private readonly audit: AuditLog,
  ) {}

  /** @throws SlugTakenError */
  async execute(wanted: ChangeTenantBody): Promise<void> {
    const tenantId = this.tenancy.current().tenant.id;
    await this.transaction.run(async (tx) => {
      const before = await this.organization.lock(tx);
      const after = { name: wanted.name ?? before.name, slug: wanted.slug ?? before.slug };
      const fields = changed(before, after);
      if (fields.length === 0) return;
      if (fields.includes('slug') && (await this.slugs.claim(tenantId, after.slug)) === 'taken') {
        throw new SlugTakenError();
      }
      await this.organization.write(tx, after);
      await this.audit.append({ action: 'organization.changed', details: { fields } }, tx);
    });
    if (wanted.slug != null) await this.#freeOldSlugs(tenantId);
  }

  /** Under the same lock, so that it cannot free a slug that a change beside it has just taken. */
  async #freeOldSlugs(tenantId: string): Promise<void> {
    await this.transaction.run(async (tx) => {
      const { slug } = await this.organization.lock(tx);
      await this.slugs.keepOnly(tenantId, slug);
    });
  }
}

function changed(before: OrganizationRow, after: OrganizationRow): string[] {
  return (['name', 'slug'] as const).filter((field) => before[field] !== after[field]);
}
