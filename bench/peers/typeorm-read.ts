import type { DataSource } from 'typeorm';
import { OrganizationEntity } from '../../tenants/entities/organization.entity.js';

/** The read that product and peer both do. */
export const TypeormReads = {
  async organization(dataSource: DataSource): Promise<{ name: string; slug: string }> {
    const row = await dataSource
      .getRepository(OrganizationEntity)
      .findOneOrFail({ where: { onlyRow: true } });
    return { name: row.name, slug: row.slug };
  },
};
