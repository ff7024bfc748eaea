import type { DataSource } from 'typeorm';
import { OrganizationEntity } from '../../tenants/entities/organization.entity.js';

/** The read that product and peer both do. Both answer what is stored, sealed: opening it is not TypeORM's work. */
export const TypeormReads = {
  async organization(dataSource: DataSource): Promise<{ name: string; slug: string }> {
    const row = await dataSource
      .getRepository(OrganizationEntity)
      .findOneOrFail({ where: { onlyRow: true } });
    return { name: row.name.toString('base64'), slug: row.slug.toString('base64') };
  },
};
