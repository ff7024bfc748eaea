import { Controller, Get, Inject } from '@nestjs/common';
import { ApiExtension, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Anyone } from '../../../tenancy/access.js';
import { HTTP_DEPS, type HttpDeps } from '../http-deps.js';
import { NotReadyError } from '../http.errors.js';
import { Readiness } from './readiness.js';

class StatusView {
  @ApiProperty({ type: String, enum: ['ok'], example: 'ok' })
  status!: 'ok';
}

class ReadinessView extends StatusView {
  @ApiProperty({
    type: [String],
    example: [],
    description: 'What is missing without which only some requests fail.',
  })
  degraded!: string[];
}

/** For those who keep the process running: is it alive, and may it get requests? */
@ApiTags('Machines')
@Controller()
export class HealthController {
  readonly #readiness: Readiness;

  constructor(@Inject(HTTP_DEPS) deps: HttpDeps) {
    this.#readiness = new Readiness(deps.readiness);
  }

  @Get('healthz')
  @Anyone()
  @ApiOperation({
    operationId: 'getHealth',
    summary: 'Whether the process is alive',
    description: 'Asks nothing of anything else: restart the process where this does not answer.',
  })
  @ApiOkResponse({ type: StatusView })
  health(): StatusView {
    return { status: 'ok' };
  }

  @Get('readyz')
  @Anyone()
  @ApiOperation({
    operationId: 'getReadiness',
    summary: 'Whether the process can serve requests',
    description:
      'Checks what it depends on, at most once a second. 503 `not_ready` names what is missing. The key store is not among it: with that away, tenants whose keys are warm are served.',
  })
  @ApiOkResponse({ type: ReadinessView })
  @ApiExtension('x-error-codes', ['not_ready'])
  async ready(): Promise<ReadinessView> {
    const { failed, degraded } = await this.#readiness.look();
    if (failed.length > 0) throw new NotReadyError(failed);
    return { status: 'ok', degraded };
  }
}
