import { ApiProperty } from '@nestjs/swagger';
import { TENANT_STATUSES, type TenantStatus } from '../../tenancy/tenant-status.js';
import type { Missing, Orphan } from '../reconciler/find-orphans.js';
import type { Examination, Outdated } from './examine.js';

class ThingDto {
  @ApiProperty({ example: 'role' }) kind!: string;
  @ApiProperty({ example: 'nm_8h3n5b7v9c1x3z5a' }) name!: string;
}

class StockDto {
  @ApiProperty({ example: 4 }) database!: number;
  @ApiProperty({ example: 2 }) schema!: number;
}

class SecretFaultDto {
  @ApiProperty({ example: 'master_key_wrong' }) code!: string;
  @ApiProperty({ example: 'The master key does not fit the store.' }) message!: string;
}

class ServerLogDto {
  @ApiProperty({ example: 'log_statement' }) setting!: string;
  @ApiProperty({ example: 'all' }) value!: string;
  @ApiProperty({ example: "ALTER SYSTEM SET log_statement = 'none';" }) advice!: string;
}

class OutdatedDto implements Outdated {
  @ApiProperty({ example: 'tnt_8h3n5b7v9c1x3z5a7s9d' }) tenantId!: string;
  @ApiProperty({ example: 5, description: 'The version of the schema it is at.' }) at!: number;
  @ApiProperty({ type: String, nullable: true, example: '55P03' }) problem!: string | null;
  @ApiProperty({ example: 4 }) failures!: number;
}

const PER_STATUS = Object.fromEntries(TENANT_STATUSES.map((status) => [status, 0]));

export class ExaminationDto implements Examination {
  @ApiProperty({ example: true }) healthy!: boolean;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { ...PER_STATUS, active: 12 },
  })
  tenants!: Record<TenantStatus, number>;

  @ApiProperty({ type: StockDto }) stock!: StockDto;

  @ApiProperty({ type: 'array', items: { type: 'object' }, example: [] })
  unfinished!: { tenantId: string; status: string }[];

  @ApiProperty({ type: 'array', items: { type: 'object' }, example: [] })
  overdue!: { tenantId: string; kind: string }[];

  @ApiProperty({ type: [OutdatedDto] }) outdated!: Outdated[];
  @ApiProperty({ type: [ThingDto] }) orphans!: Orphan[];
  @ApiProperty({ type: [ThingDto] }) missing!: Missing[];
  @ApiProperty({ type: SecretFaultDto, nullable: true }) secrets!: SecretFaultDto | null;
  @ApiProperty({ type: [ServerLogDto] }) serverLog!: ServerLogDto[];
  @ApiProperty({ type: [ThingDto] }) removed!: Orphan[];
}
