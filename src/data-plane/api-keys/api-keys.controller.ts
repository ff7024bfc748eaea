import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiExtension,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Members } from '../../tenancy/access.js';
import { PageQuery } from '../paging/page-query.dto.js';
import { ApiKeyPage, CreateApiKeyBody, NewApiKeyView } from './api-key.dto.js';
import { CreateApiKey } from './create-api-key.js';
import { ListApiKeys } from './list-api-keys.js';
import { RevokeApiKey } from './revoke-api-key.js';

@ApiTags('API keys')
@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(
    private readonly listApiKeys: ListApiKeys,
    private readonly createApiKey: CreateApiKey,
    private readonly revokeApiKey: RevokeApiKey,
  ) {}

  @Get()
  @Members('owner', 'admin')
  @ApiOperation({ operationId: 'listApiKeys', summary: 'The API keys of the tenant' })
  @ApiOkResponse({ type: ApiKeyPage })
  @ApiExtension('x-error-codes', ['cursor_invalid'])
  list(@Query() query: PageQuery): Promise<ApiKeyPage> {
    return this.listApiKeys.execute(query);
  }

  @Post()
  @Members('owner', 'admin')
  @ApiOperation({ operationId: 'createApiKey', summary: 'Make an API key; it is shown this once' })
  @ApiCreatedResponse({ type: NewApiKeyView })
  @ApiExtension('x-error-codes', ['role_too_small'])
  create(@Body() body: CreateApiKeyBody): Promise<NewApiKeyView> {
    return this.createApiKey.execute(body);
  }

  @Delete(':id')
  @HttpCode(204)
  @Members('owner', 'admin')
  @ApiOperation({
    operationId: 'revokeApiKey',
    summary: 'End an API key, everywhere within a second',
  })
  @ApiNoContentResponse({ description: 'Ended.' })
  @ApiExtension('x-error-codes', ['api_key_not_found', 'role_too_small'])
  revoke(@Param('id') id: string): Promise<void> {
    return this.revokeApiKey.execute(id);
  }
}
