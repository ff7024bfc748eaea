import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiExtension, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Members, MembersAlsoWhileClosing } from '../../tenancy/access.js';
import { ChangeOrganization } from './change-organization.js';
import { ChangeTenantBody, TenantView } from './organization.dto.js';
import { ReadOrganization } from './read-organization.js';

@ApiTags('Tenant')
@Controller('v1/tenant')
export class OrganizationController {
  constructor(
    private readonly readOrganization: ReadOrganization,
    private readonly changeOrganization: ChangeOrganization,
  ) {}

  @Get()
  @MembersAlsoWhileClosing('owner', 'admin', 'analyst')
  @ApiOperation({ operationId: 'getTenant', summary: 'The tenant this credential belongs to' })
  @ApiOkResponse({ type: TenantView })
  read(): Promise<TenantView> {
    return this.readOrganization.execute();
  }

  @Patch()
  @Members('owner', 'admin')
  @ApiOperation({ operationId: 'changeTenant', summary: 'Change its name or slug' })
  @ApiOkResponse({ type: TenantView })
  @ApiExtension('x-error-codes', ['slug_taken'])
  async change(@Body() body: ChangeTenantBody): Promise<TenantView> {
    await this.changeOrganization.execute(body);
    return this.readOrganization.execute();
  }
}
