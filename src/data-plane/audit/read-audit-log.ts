import { Injectable } from '@nestjs/common';
import { DataSource, LessThan } from 'typeorm';
import { AuditEventEntity } from '../../../tenants/entities/audit-event.entity.js';
import { TenantKeys } from '../../tenancy/keys/tenant-keys.js';
import { positionOf } from '../paging/cursor.js';
import { type Page, pageOf } from '../paging/page.js';
import type { PageQuery } from '../paging/page-query.dto.js';
import type { AuditEventView } from './audit-event.dto.js';
import { type AuditDetails, openDetails } from './sealed-details.js';

const PARTS = [/^\d{1,18}$/];

/** The tenant's audit log, newest first. */
@Injectable()
export class ReadAuditLog {
  constructor(
    private readonly dataSource: DataSource,
    private readonly keys: TenantKeys,
  ) {}

  /** @throws CursorInvalidError */
  async execute({ limit, cursor }: PageQuery): Promise<Page<AuditEventView>> {
    const [before] = cursor === undefined ? [] : positionOf(cursor, PARTS);
    const rows = await this.dataSource.getRepository(AuditEventEntity).find({
      where: before === undefined ? {} : { position: LessThan(before) },
      order: { position: 'DESC' },
      take: limit + 1,
    });
    return this.keys.open((cipher) =>
      pageOf(
        rows,
        limit,
        (row) => [row.position],
        (row) => viewOf(row, openDetails(cipher, row)),
      ),
    );
  }
}

function viewOf(row: AuditEventEntity, details: AuditDetails): AuditEventView {
  return {
    id: row.id,
    at: row.at,
    actor: { kind: row.actorKind, id: row.actorId },
    action: row.action,
    targetId: row.targetId,
    requestId: row.requestId,
    details,
  };
}
