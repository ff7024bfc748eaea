import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiExtension,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import {
  Idempotent,
  KeepsItsAnswer,
  type IdempotentCall,
} from '../../infrastructure/idempotency/idempotent-call.js';
import { Administrators } from '../../tenancy/access.js';
import { TenantsRepository } from '../catalog/tenants.repository.js';
import { ClosureAnswerDto } from '../closure/closure.dto.js';
import { keepSignupAnswer } from '../provisioning/keep-signup-answer.js';
import { REGIONS, signupAnswer, SignupAnswerDto } from '../provisioning/signup.dto.js';
import {
  AdminCloseDto,
  adminTenant,
  AdminTenantDto,
  AdminTenantPageDto,
  CreateTenantDto,
  RetriedDto,
  RotationStartedDto,
  ShownTenantDto,
  shownTenant,
  TenantPageQueryDto,
} from './admin.dto.js';
import { ChangeTenant } from './change-tenant.js';
import { ShowTenant } from './show-tenant.js';
import { StartRotation } from '../keys/start-rotation.js';
import { CreateTenant } from './create-tenant.js';
import { RetryWork } from './retry-work.js';

@ApiTags('Administration')
@Controller('admin/tenants')
@Administrators()
export class AdminTenantsController {
  constructor(
    private readonly create: CreateTenant,
    private readonly change: ChangeTenant,
    private readonly tenants: TenantsRepository,
    private readonly rotation: StartRotation,
    private readonly showTenant: ShowTenant,
    private readonly retry: RetryWork,
  ) {}

  @Post()
  @KeepsItsAnswer()
  @ApiOperation({ operationId: 'adminCreateTenant', summary: 'Open an account for somebody' })
  @ApiCreatedResponse({ type: SignupAnswerDto })
  @ApiExtension('x-error-codes', [
    'hashing_busy',
    'provisioning_lost',
    'mail_failed',
    'password_too_short',
    'password_too_long',
    'password_bad_character',
    'password_too_common',
    'password_is_account',
  ])
  async open(
    @Body() body: CreateTenantDto,
    @Idempotent() call?: IdempotentCall,
  ): Promise<SignupAnswerDto> {
    const account = await this.create.execute(
      {
        organization: body.organization,
        owner: body.owner,
        isolation: body.isolation ?? 'database',
        region: body.region ?? REGIONS[0],
      },
      keepSignupAnswer(call),
    );
    return signupAnswer(account);
  }

  @Get()
  @ApiOperation({ operationId: 'adminListTenants', summary: 'Tenants, a page at a time' })
  @ApiOkResponse({ type: AdminTenantPageDto })
  async list(@Query() query: TenantPageQueryDto): Promise<AdminTenantPageDto> {
    const page = await this.tenants.page(query.limit ?? 100, query.cursor, query.status);
    return { items: page.items.map(adminTenant), nextCursor: page.nextCursor };
  }

  @Get(':id')
  @ApiOperation({ operationId: 'adminShowTenant', summary: 'One tenant and where it lives' })
  @ApiOkResponse({ type: ShownTenantDto })
  async show(@Param('id') id: string): Promise<ShownTenantDto> {
    return shownTenant(await this.showTenant.execute(id));
  }

  @Post(':id/suspend')
  @HttpCode(200)
  @ApiOperation({ operationId: 'adminSuspendTenant', summary: 'Let nobody of the tenant in' })
  @ApiExtension('x-error-codes', ['tenant_not_found', 'tenant_move_refused'])
  @ApiOkResponse({ type: AdminTenantDto })
  async suspend(@Param('id') id: string): Promise<AdminTenantDto> {
    return adminTenant(await this.change.suspend(id));
  }

  @Post(':id/resume')
  @HttpCode(200)
  @ApiOperation({ operationId: 'adminResumeTenant', summary: 'End a suspension' })
  @ApiExtension('x-error-codes', ['tenant_not_found', 'tenant_move_refused'])
  @ApiOkResponse({ type: AdminTenantDto })
  async resume(@Param('id') id: string): Promise<AdminTenantDto> {
    return adminTenant(await this.change.resume(id));
  }

  @Post(':id/rotate-keys')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'adminRotateKeys',
    summary: 'Rotate the keys of the tenant',
    description:
      'A worker makes a new version of its key and a new data key, and seals everything anew while the tenant goes on working.',
  })
  @ApiAcceptedResponse({ type: RotationStartedDto })
  @ApiExtension('x-error-codes', ['tenant_not_found', 'rotation_refused', 'rotation_busy'])
  async rotateKeys(@Param('id') id: string): Promise<RotationStartedDto> {
    await this.rotation.execute(id);
    return { tenantId: id, state: 'running' };
  }

  @Post(':id/retry')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'adminRetryTenant',
    summary: 'Try at once what has failed for the tenant',
    description:
      'Work that fails is tried again later each time. Ask for it when what was in the way is gone.',
  })
  @ApiAcceptedResponse({ type: RetriedDto })
  async retryNow(@Param('id') id: string): Promise<RetriedDto> {
    return { tenantId: id, retried: await this.retry.execute(id) };
  }

  @Post(':id/close')
  @HttpCode(202)
  @ApiOperation({ operationId: 'adminCloseTenant', summary: 'Close the account' })
  @ApiExtension('x-error-codes', ['tenant_not_found', 'tenant_move_refused'])
  @ApiAcceptedResponse({ type: ClosureAnswerDto })
  async close(@Param('id') id: string, @Body() body: AdminCloseDto): Promise<ClosureAnswerDto> {
    return this.change.close(id, body.graceDays);
  }
}
