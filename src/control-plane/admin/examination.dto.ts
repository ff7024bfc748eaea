import { ApiProperty } from '@nestjs/swagger';
import { TENANT_STATUSES, type TenantStatus } from '../../tenancy/tenant-status.js';
import type { Missing, Orphan } from '../reconciler/find-orphans.js';
import type { Examination, Outdated } from './examine.js';
import { FailingDto, shownFailing } from './failing.dto.js';
import type { Belonging } from './examine-belongings.js';
import type { ServerAccessFinding } from './examine-server-access.js';

class ThingDto {
  @ApiProperty({ example: 'role' }) kind!: string;
  @ApiProperty({ example: 'nm_8h3n5b7v9c1x3z5a' }) name!: string;
}

class MissingDto extends ThingDto {
  @ApiProperty({ example: 'tnt_4k2m8c1x9q7w5e3r6t0y' }) tenantId!: string;
}

class StockDto {
  @ApiProperty({ type: 'integer', example: 4 }) database!: number;
  @ApiProperty({ type: 'integer', example: 2 }) schema!: number;
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
  @ApiProperty({ example: 5, type: 'integer', description: 'The version of the schema it is at.' })
  at!: number;
  @ApiProperty({ type: String, nullable: true, example: '55P03' }) problem!: string | null;
  @ApiProperty({ example: 4, type: 'integer' }) failures!: number;
}

class ServerAccessDto {
  @ApiProperty({
    enum: ['public-database', 'prepared-transactions', 'large-objects', 'lo-compat-privileges'],
    example: 'public-database',
  })
  what!: ServerAccessFinding['what'];
  @ApiProperty({ example: 'template1' }) name!: string;
  @ApiProperty({ example: 'REVOKE CONNECT, TEMPORARY ON DATABASE template1 FROM PUBLIC;' })
  advice!: string;
}

class BelongingDto {
  @ApiProperty({
    enum: ['elsewhere', 'prepared-transaction', 'large-object'],
    example: 'elsewhere',
  })
  kind!: Belonging['kind'];
  @ApiProperty({ example: 'nm_8h3n5b7v9c1x3z5a' }) role!: string;
  @ApiProperty({ example: 'postgres' }) database!: string;
  @ApiProperty({ example: 1, type: 'integer' }) count!: number;
  @ApiProperty({ example: 'DROP OWNED BY nm_8h3n5b7v9c1x3z5a CASCADE;' }) advice!: string;
}

class UnfinishedDto {
  @ApiProperty({ example: 'tnt_4k2m8c1x9q7w5e3r6t0y' }) tenantId!: string;
  @ApiProperty({ example: 'provisioning' }) status!: string;
}

class OverdueDto {
  @ApiProperty({ example: 'tnt_4k2m8c1x9q7w5e3r6t0y' }) tenantId!: string;
  @ApiProperty({ example: 'purge' }) kind!: string;
}

const PER_STATUS = Object.fromEntries(TENANT_STATUSES.map((status) => [status, 0]));

export class ExaminationDto implements Omit<Examination, 'failing'> {
  @ApiProperty({ example: true }) healthy!: boolean;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { ...PER_STATUS, active: 12 },
  })
  tenants!: Record<TenantStatus, number>;

  @ApiProperty({ type: StockDto }) stock!: StockDto;

  @ApiProperty({ type: [UnfinishedDto] }) unfinished!: UnfinishedDto[];
  @ApiProperty({ type: [OverdueDto] }) overdue!: OverdueDto[];

  @ApiProperty({ type: [OutdatedDto] }) outdated!: Outdated[];
  @ApiProperty({ type: [FailingDto] }) failing!: FailingDto[];
  @ApiProperty({ type: [BelongingDto] }) elsewhere!: BelongingDto[];
  @ApiProperty({ type: [ThingDto] }) orphans!: Orphan[];
  @ApiProperty({ type: [MissingDto] }) missing!: Missing[];
  @ApiProperty({ type: SecretFaultDto, nullable: true }) secrets!: SecretFaultDto | null;
  @ApiProperty({ type: [ServerLogDto] }) serverLog!: ServerLogDto[];
  @ApiProperty({ type: [ServerAccessDto] }) serverAccess!: ServerAccessDto[];
  @ApiProperty({ type: [ThingDto] }) removed!: Orphan[];
}

export function shownExamination(seen: Examination): ExaminationDto {
  return { ...seen, failing: seen.failing.map(shownFailing) };
}
