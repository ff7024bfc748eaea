import { IsNull } from 'typeorm';
import type { CatalogDataSource } from '../catalog/catalog.data-source.js';
import { DeadlineEntity } from '../catalog/deadline.entity.js';
import type { Retries, Retry } from '../catalog/retries.js';

export interface OpenDeadline {
  tenantId: string;
  kind: string;
  dueAt: Date;
  overdueSeconds: number;
  /** Meeting it has failed, and is tried again. */
  retry: Retry | null;
}

/** Obligations not yet met, the most urgent first. */
export class ListDeadlines {
  constructor(
    private readonly dataSource: CatalogDataSource,
    private readonly retries: Retries,
  ) {}

  async execute(limit: number): Promise<OpenDeadline[]> {
    const [clock] = await this.dataSource.query<{ now: Date }[]>('SELECT now() AS now');
    const now = (clock as { now: Date }).now.getTime();
    const rows = await this.dataSource.getRepository(DeadlineEntity).find({
      where: { metAt: IsNull(), droppedAt: IsNull() },
      order: { dueAt: 'ASC' },
      take: limit,
    });
    const failing = await this.retries.ofMany(
      'purge',
      rows.map(({ tenantId }) => tenantId),
    );
    return rows.map(({ tenantId, kind, dueAt }) => ({
      tenantId,
      kind,
      dueAt,
      overdueSeconds: Math.max(0, Math.round((now - dueAt.getTime()) / 1000)),
      retry: (kind === 'purge' ? failing.get(tenantId) : undefined) ?? null,
    }));
  }
}
