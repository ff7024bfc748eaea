import { Injectable } from '@nestjs/common';
import { TenantDatabase, type Queryable } from '../../tenancy/tenant-database.js';

export interface OrganizationRow {
  name: string;
  slug: string;
}

/** The one row that says who the tenant is. */
@Injectable()
export class OrganizationRepository {
  constructor(private readonly database: TenantDatabase) {}

  async read(on: Queryable = this.database): Promise<OrganizationRow> {
    return only(
      await on.query<OrganizationRow>({
        name: 'organization-read',
        text: 'SELECT name, slug FROM organization',
        values: [],
      }),
    );
  }

  /** Reads it and keeps others from changing it until the transaction ends. */
  async lock(tx: Queryable): Promise<OrganizationRow> {
    return only(
      await tx.query<OrganizationRow>({
        text: 'SELECT name, slug FROM organization FOR UPDATE',
        values: [],
      }),
    );
  }

  async write(tx: Queryable, row: OrganizationRow): Promise<void> {
    await tx.query({
      text: 'UPDATE organization SET name = $1, slug = $2, updated_at = now()',
      values: [row.name, row.slug],
    });
  }
}

function only(rows: OrganizationRow[]): OrganizationRow {
  const [row] = rows;
  // Seeding writes it before the tenant is served, and nothing deletes it.
  if (row === undefined) throw new Error('The organization row is missing.');
  return row;
}
