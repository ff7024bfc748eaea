import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiExtension,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Members } from '../../tenancy/access.js';
import { PageQuery } from '../paging/page-query.dto.js';
import { ListRuns } from './list-runs.js';
import { RequestSync } from './request-sync.js';
import { SyncRequestedView, SyncRunPage } from './view/sync-runs.dto.js';

@ApiTags('Integrations')
@Controller('v1/integrations/:id')
export class SyncController {
  constructor(
    private readonly requestSync: RequestSync,
    private readonly listRuns: ListRuns,
  ) {}

  @Post('sync')
  @HttpCode(202)
  @Members('owner', 'admin', 'analyst')
  @ApiOperation({ operationId: 'syncIntegration', summary: 'Read it now instead of by schedule' })
  @ApiAcceptedResponse({ type: SyncRequestedView })
  @ApiExtension('x-error-codes', ['integration_not_found', 'integration_not_active'])
  async sync(@Param('id') id: string): Promise<SyncRequestedView> {
    return { nextSyncAt: await this.requestSync.execute(id) };
  }

  @Get('runs')
  @Members('owner', 'admin', 'analyst')
  @ApiOperation({
    operationId: 'listSyncRuns',
    summary: 'What was read of it, newest first, and how far it is',
  })
  @ApiOkResponse({ type: SyncRunPage })
  @ApiExtension('x-error-codes', ['integration_not_found', 'cursor_invalid'])
  runs(@Param('id') id: string, @Query() query: PageQuery): Promise<SyncRunPage> {
    return this.listRuns.execute(id, query);
  }
}
