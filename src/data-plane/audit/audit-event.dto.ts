import { ApiProperty } from '@nestjs/swagger';
import { NextCursor } from '../paging/next-cursor.dto.js';

export class AuditActorView {
  @ApiProperty({ enum: ['member', 'api-key', 'administrator', 'system'], example: 'member' })
  kind!: string;

  @ApiProperty({ type: String, nullable: true, example: 'mbr_4f7c2k9d0a1b3e5g6h8j' })
  id!: string | null;
}

export class AuditEventView {
  @ApiProperty({ type: String, example: 'evt_3k6n9q2s5u8w1y4a7c0e' })
  id!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-01-31T09:12:44.120Z' })
  at!: Date;

  @ApiProperty({ type: AuditActorView })
  actor!: AuditActorView;

  @ApiProperty({ type: String, example: 'member.role-changed' })
  action!: string;

  @ApiProperty({ type: String, nullable: true, example: 'mbr_0z9y8x7w6v5u4t3s2r1q' })
  targetId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'req_5a8d1f3c7b2e9g4h6j0k' })
  requestId!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Ids, roles and names of fields; never what a person said.',
    example: { role: 'admin' },
  })
  details!: Record<string, unknown>;
}

export class AuditEventPage extends NextCursor {
  @ApiProperty({ type: [AuditEventView] })
  items!: AuditEventView[];
}
