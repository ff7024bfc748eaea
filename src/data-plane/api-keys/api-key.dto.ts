import { ApiProperty } from '@nestjs/swagger';
import { DisplayName } from '../../infrastructure/validation/display-name.js';
import { OneOf } from '../../infrastructure/validation/one-of.js';
import { ROLES, type Role } from '../../tenancy/tenancy.js';
import { NextCursor } from '../paging/next-cursor.dto.js';
import type { ApiKeyRow } from './api-keys.repository.js';

export class CreateApiKeyBody {
  @DisplayName({ description: 'What it is for.', example: 'Nightly report' })
  name!: string;

  @OneOf(ROLES, { example: 'analyst', description: 'At most the role of the caller.' })
  role!: Role;
}

export class ApiKeyView {
  @ApiProperty({ type: String, example: 'key_2b5d8f1h4k7m0p3r6t9v' })
  id!: string;

  @ApiProperty({ type: String, example: 'Nightly report' })
  name!: string;

  @ApiProperty({ enum: ROLES, example: 'analyst' })
  role!: Role;

  @ApiProperty({ type: String, description: 'The last four characters.', example: 'x7q2' })
  hint!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The member answerable for it; when they are removed it ends with them.',
    example: 'mbr_4f7c2k9d0a1b3e5g6h8j',
  })
  createdBy!: string | null;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-01-31T09:12:44.120Z' })
  createdAt!: Date;
}

export class NewApiKeyView extends ApiKeyView {
  @ApiProperty({
    type: String,
    description: 'The key. Shown this once: only a hash of it is kept.',
    example: 'nm_7h2k9d0a1b3e5g6j8m4pa1b2c3d4e5f6g7h8i9j0k1l2m3n4x7q2',
  })
  key!: string;
}

export class ApiKeyPage extends NextCursor {
  @ApiProperty({ type: [ApiKeyView] })
  items!: ApiKeyView[];
}

export function apiKeyView({ id, name, role, hint, createdBy, createdAt }: ApiKeyRow): ApiKeyView {
  return { id, name, role, hint, createdBy, createdAt };
}
