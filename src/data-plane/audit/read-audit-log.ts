import { Injectable } from '@nestjs/common';
import { DataSource, LessThan } from 'typeorm';
import { AuditEventEntity } from '../../../tenants/entities/audit-event.entity.js';
import { positionOf } from '../paging/cursor.js';
import { type Page, pageOf } from '../paging/page.js';
import type { PageQuery } from '../paging/page-query.dto.js';
import type { AuditEventView } from './audit-event.dto.js';

const PARTS = [/^\d{1,18}$/];

/** The tenant's audit log, newest first. */
@Injectable()
export class ReadAuditLog {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws CursorInvalidError */
  async execute({ limit, cursor }: PageQuery): Promise<Page<AuditEventView>> {
    const [before] = cursor === undefined ? [] : positionOf(cursor, PARTS);
    const rows = await this.dataSource.getRepository(AuditEventEntity).find({
      where: before === undefined ? {} : { id: LessThan(before) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    return pageOf(rows, limit, (row) => [row.id], viewOf);
  }
}

function viewOf(row: AuditEventEntity): AuditEventView {
  return {
    id: row.id,
    at: row.at,
    actor: { kind: row.actorKind, id: row.actorId },
    action: row.action,
    targetId: row.targetId,
    requestId: row.requestId,
    details: row.details,
  };
}
