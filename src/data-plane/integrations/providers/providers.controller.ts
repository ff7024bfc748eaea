import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Providers } from '../../../connectors/providers.js';
import { Members } from '../../../tenancy/access.js';
import { ProviderList } from './provider.dto.js';
import { providerView } from './provider-view.js';

@ApiTags('Integrations')
@Controller('v1/providers')
export class ProvidersController {
  constructor(private readonly providers: Providers) {}

  @Get()
  @Members('owner', 'admin', 'analyst')
  @ApiOperation({
    operationId: 'listProviders',
    summary: 'What can be connected, what is read there and what never is',
  })
  @ApiOkResponse({ type: ProviderList })
  list(): ProviderList {
    return { items: this.providers.all().map(providerView) };
  }
}
