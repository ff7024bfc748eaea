import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiExtension,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Members } from '../../tenancy/access.js';
import { PageQuery } from '../paging/page-query.dto.js';
import { CreateIntegration } from './create-integration.js';
import { DisconnectIntegration } from './disconnect/disconnect-integration.js';
import {
  BegunIntegration,
  CreateIntegrationBody,
  ReconnectBody,
} from './integration-bodies.dto.js';
import { DisconnectedAnswer, IntegrationPage, IntegrationView } from './integration.dto.js';
import { ListIntegrations } from './list-integrations.js';
import { ReadIntegration } from './read-integration.js';
import { ReconnectIntegration } from './reconnect-integration.js';

const CONNECT_CODES = [
  'provider_unknown',
  'provider_not_configured',
  'connection_input_invalid',
  'connection_attempt_limit',
  'credentials_refused',
  'connect_no_account',
  'connect_account_taken',
  'connect_provider_away',
  'connect_provider_broken',
];

@ApiTags('Integrations')
@Controller('v1/integrations')
export class IntegrationsController {
  constructor(
    private readonly createIntegration: CreateIntegration,
    private readonly reconnectIntegration: ReconnectIntegration,
    private readonly listIntegrations: ListIntegrations,
    private readonly readIntegration: ReadIntegration,
    private readonly disconnectIntegration: DisconnectIntegration,
  ) {}

  @Post()
  @Members('owner', 'admin')
  @ApiOperation({ operationId: 'createIntegration', summary: 'Connect an account at a provider' })
  @ApiCreatedResponse({ type: BegunIntegration })
  @ApiExtension('x-error-codes', [...CONNECT_CODES, 'integration_limit'])
  create(@Body() body: CreateIntegrationBody): Promise<BegunIntegration> {
    return this.createIntegration.execute(body);
  }

  @Post(':id/reconnect')
  @Members('owner', 'admin')
  @ApiOperation({
    operationId: 'reconnectIntegration',
    summary: 'Give consent, or a key, anew; must end at the same account',
  })
  @ApiCreatedResponse({ type: BegunIntegration })
  @ApiExtension('x-error-codes', [
    ...CONNECT_CODES,
    'integration_not_found',
    'integration_disconnected',
    'connect_wrong_account',
  ])
  reconnect(@Param('id') id: string, @Body() body: ReconnectBody): Promise<BegunIntegration> {
    return this.reconnectIntegration.execute(id, body);
  }

  @Get()
  @Members('owner', 'admin', 'analyst')
  @ApiOperation({ operationId: 'listIntegrations', summary: 'What is connected, and how it goes' })
  @ApiOkResponse({ type: IntegrationPage })
  @ApiExtension('x-error-codes', ['cursor_invalid'])
  list(@Query() query: PageQuery): Promise<IntegrationPage> {
    return this.listIntegrations.execute(query);
  }

  @Get(':id')
  @Members('owner', 'admin', 'analyst')
  @ApiOperation({ operationId: 'getIntegration', summary: 'One integration' })
  @ApiOkResponse({ type: IntegrationView })
  @ApiExtension('x-error-codes', ['integration_not_found'])
  read(@Param('id') id: string): Promise<IntegrationView> {
    return this.readIntegration.execute(id);
  }

  @Delete(':id')
  @HttpCode(202)
  @Members('owner', 'admin')
  @ApiOperation({
    operationId: 'disconnectIntegration',
    summary: 'End access at once and delete what was derived; repeatable',
    description:
      'With 202 access has ended and is given to nobody any more. Deleting what was derived, destroying the tokens and telling the provider is done by then, too, or goes on by itself where a store or the provider cannot be reached just now: nothing has to be repeated. 503 means that it did not begin: ask again.',
  })
  @ApiAcceptedResponse({ type: DisconnectedAnswer })
  @ApiExtension('x-error-codes', ['integration_not_found'])
  disconnect(@Param('id') id: string): Promise<DisconnectedAnswer> {
    return this.disconnectIntegration.execute(id);
  }
}
