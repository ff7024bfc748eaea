import { Body, Controller, HttpCode, Ip, Param, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExtension, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Anyone } from '../../tenancy/access.js';
import { ReceiveDelivery } from './receive-delivery.js';
import { WebhookAnswer } from './webhook.dto.js';

const NOTHING = Buffer.alloc(0);

@ApiTags('Webhooks')
@Controller('webhooks')
export class WebhooksController {
  constructor(private readonly receive: ReceiveDelivery) {}

  @Post(':provider')
  @HttpCode(200)
  @Anyone()
  @RouteConfig({ rawBody: true })
  @ApiOperation({
    operationId: 'receiveWebhook',
    summary: 'Where providers tell that something changed; signed by them',
  })
  @ApiOkResponse({ type: WebhookAnswer })
  @ApiExtension('x-error-codes', [
    'webhook_forged',
    'webhook_stale',
    'webhook_not_taken',
    'webhook_unknown',
    'rate_limited',
  ])
  async deliver(
    @Param('provider') provider: string,
    @Ip() address: string,
    @Req() request: FastifyRequest,
    @Body() body: unknown,
  ): Promise<WebhookAnswer> {
    await this.receive.execute(provider, address, {
      method: request.method,
      target: request.url,
      headers: request.headers,
      rawBody: Buffer.isBuffer(body) ? body : NOTHING,
    });
    return { received: true };
  }
}
