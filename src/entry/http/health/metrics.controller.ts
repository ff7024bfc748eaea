import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiExtension, ApiOkResponse, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Anyone } from '../../../tenancy/access.js';
import { ADMIN_GATE, type AdminGate } from '../access/admin-gate.js';
import { HTTP_DEPS, type HttpDeps } from '../http-deps.js';
import { UnauthenticatedError } from '../http.errors.js';
import { isFromThisMachine } from './this-machine.js';

/**
 * Measurements for Prometheus. A scraper on this machine needs nothing; one elsewhere sends the admin
 * token, because the numbers tell how many customers there are and how busy each hour is.
 */
@ApiTags('Machines')
@Controller('metrics')
export class MetricsController {
  constructor(
    @Inject(HTTP_DEPS) private readonly deps: HttpDeps,
    @Inject(ADMIN_GATE) private readonly isAdministrator: AdminGate,
  ) {}

  @Get()
  @Anyone()
  @ApiSecurity('administrator')
  @ApiOperation({
    operationId: 'getMetrics',
    summary: 'Measurements in the Prometheus text format',
    description: 'From another machine, or through a proxy, the admin token is needed.',
  })
  @ApiExtension('x-error-codes', ['unauthenticated'])
  @ApiOkResponse({
    content: {
      'text/plain': {
        schema: { type: 'string' },
        example: '# TYPE http_request_duration_seconds histogram',
      },
    },
  })
  async metrics(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (!isFromThisMachine(request) && !(await this.isAdministrator(request))) {
      throw new UnauthenticatedError('administrator');
    }
    const { registry } = this.deps.metrics;
    reply.header('content-type', registry.contentType).send(await registry.metrics());
  }
}
