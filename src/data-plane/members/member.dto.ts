import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ROLES, type Role } from '../../tenancy/tenancy.js';
import { TenantSummary } from '../organization/organization.dto.js';
import { NextCursor } from '../paging/next-cursor.dto.js';
import type { MemberRow } from './members.repository.js';

export const MEMBER_STATUSES = ['active', 'invited'] as const;
export type MemberStatus = (typeof MEMBER_STATUSES)[number];

export class MemberView {
  @ApiProperty({ type: String, example: 'mbr_4f7c2k9d0a1b3e5g6h8j' })
  id!: string;

  @ApiProperty({ type: String, example: 'Ada Lovelace' })
  name!: string;

  @ApiProperty({ type: String, example: 'ada@example.com' })
  email!: string;

  @ApiProperty({ enum: ROLES, example: 'admin' })
  role!: Role;

  @ApiProperty({ enum: MEMBER_STATUSES, example: 'active' })
  status!: MemberStatus;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-01-31T09:12:44.120Z' })
  createdAt!: Date;
}

export class MemberPage extends NextCursor {
  @ApiProperty({ type: [MemberView] })
  items!: MemberView[];
}

export class InvitationView {
  @ApiProperty({ type: String, format: 'date-time', example: '2026-02-07T09:12:44.120Z' })
  expiresAt!: Date;

  @ApiPropertyOptional({
    type: String,
    description: 'Only where no mail server is configured: pass it on yourself. Shown once.',
    example: 'https://numoon.example/join#token=7h2k9d0a1b3e5g6j8m4p.Zk3mV9x0Qw7Lr5Tb2Ny8Uc6Id',
  })
  link?: string;
}

export class InvitedMemberView extends MemberView {
  @ApiProperty({ type: InvitationView })
  invitation!: InvitationView;
}

export class JoinedAnswer {
  @ApiProperty({ type: TenantSummary })
  tenant!: TenantSummary;

  @ApiProperty({ type: MemberView })
  member!: MemberView;
}

export function memberView(row: MemberRow): MemberView {
  const { id, name, email, role, joined, createdAt } = row;
  return { id, name, email, role, status: joined ? 'active' : 'invited', createdAt };
}
