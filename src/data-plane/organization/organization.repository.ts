import { Injectable } from '@nestjs/common';
import { TenantKeys } from '../../tenancy/keys/tenant-keys.js';
import { Tenancy } from '../../tenancy/tenancy.js';
import { TenantDatabase, type Queryable } from '../../tenancy/tenant-database.js';
import type { SealedRow } from '../sealed-row.js';
import { openOrganization, type OrganizationRow, sealOrganization } from './sealed-organization.js';

type Stored = SealedRow<OrganizationRow, 'name' | 'slug'>;

/** The one row that says who the tenant is. Every method throws what `TenantKeys` throws. */
@Injectable()
export class OrganizationRepository {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly database: TenantDatabase,
    private readonly keys: TenantKeys,
  ) {}

  async read(): Promise<OrganizationRow> {
    return this.#open(
      await this.database.query<Stored>({
        name: 'organization-read',
        text: 'SELECT name, slug FROM organization',
        values: [],
      }),
    );
  }

  /** Reads it and keeps others from changing it until the transaction ends. */
  async lock(tx: Queryable): Promise<OrganizationRow> {
    return this.#open(
      await tx.query<Stored>({
        text: 'SELECT name, slug FROM organization FOR UPDATE',
        values: [],
      }),
    );
  }

  async write(tx: Queryable, row: OrganizationRow): Promise<void> {
    const sealed = await this.keys.seal((cipher) => sealOrganization(cipher, this.#id(), row));
    await tx.query({
      text: 'UPDATE organization SET name = $1, slug = $2, updated_at = now()',
      values: [sealed.name, sealed.slug],
    });
  }

  #open([row]: Stored[]): Promise<OrganizationRow> {
    // Seeding writes it before the tenant is served, and nothing deletes it.
    if (row === undefined) throw new Error('The organization row is missing.');
    return this.keys.open((cipher) => openOrganization(cipher, this.#id(), row));
  }

  /** The tenant in context, not the one that the row claims to be of. */
  #id(): string {
    return this.tenancy.current().tenant.id;
  }
}
