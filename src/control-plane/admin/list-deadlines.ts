import { IsNull } from 'typeorm';
import type { CatalogDataSource } from '../catalog/catalog.data-source.js';
import { DeadlineEntity } from '../catalog/deadline.entity.js';

export interface OpenDeadline {
  tenantId: string;
  kind: string;
  dueAt: Date;
  overdueSeconds: number;
}

/** Obligations not yet met, the most urgent first. */
export class ListDeadlines {
  constructor(private readonly dataSource: CatalogDataSource) {}

  async execute(limit: number): Promise<OpenDeadline[]> {
    const [clock] = await this.dataSource.query<{ now: Date }[]>('SELECT now() AS now');
    const now = (clock as { now: Date }).now.getTime();
    const rows = await this.dataSource.getRepository(DeadlineEntity).find({
      where: { metAt: IsNull(), droppedAt: IsNull() },
      order: { dueAt: 'ASC' },
      take: limit,
    });
    return rows.map(({ tenantId, kind, dueAt }) => ({
      tenantId,
      kind,
      dueAt,
      overdueSeconds: Math.max(0, Math.round((now - dueAt.getTime()) / 1000)),
    }));
  }
}
