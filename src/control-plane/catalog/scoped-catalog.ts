import type { QueryResultRow } from 'pg';
import type { Tenancy } from '../../tenancy/tenancy.js';
import type { CatalogDatabase } from './catalog-database.js';

/**
 * Statements of the catalog on behalf of the data plane, which handles ids that a tenant may have written
 * into its own rows. Whose rows a statement means is therefore never an argument: it is the tenant in
 * context, or, said on purpose, all of them.
 */
export class ScopedCatalog {
  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly tenancy: Tenancy,
  ) {}

  /**
   * For the tenant in context, whose id is always `$1`; `values` begin at `$2`.
   *
   * @throws NoTenantError outside a tenant's scope
   */
  async ofTenant<Row extends QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    const { tenant } = this.tenancy.current();
    return this.catalog.query<Row>(text, [tenant.id, ...values]);
  }

  /**
   * For whichever tenants the statement finds.
   *
   * @throws NotCentralError outside `tenancy.central`
   */
  async ofAll<Row extends QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    this.tenancy.requireCentral();
    return this.catalog.query<Row>(text, [...values]);
  }
}
