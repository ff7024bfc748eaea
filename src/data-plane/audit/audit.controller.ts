import { Controller, Get, Query } from '@nestjs/common';
import { ApiExtension, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Members } from '../../tenancy/access.js';
import { PageQuery } from '../paging/page-query.dto.js';
import { AuditEventPage } from './audit-event.dto.js';
import { ReadAuditLog } from './read-audit-log.js';

@ApiTags('Audit log')
@Controller('v1/audit-log')
export class AuditController {
  constructor(private readonly readAuditLog: ReadAuditLog) {}

  @Get()
  @Members('owner', 'admin')
  @ApiOperation({ operationId: 'readAuditLog', summary: 'Who did what, newest first' })
  @ApiOkResponse({ type: AuditEventPage })
  @ApiExtension('x-error-codes', ['cursor_invalid'])
  read(@Query() query: PageQuery): Promise<AuditEventPage> {
    return this.readAuditLog.execute(query);
  }
}
