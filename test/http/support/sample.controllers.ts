import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Query,
  Req,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiTags,
} from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDefined, IsObject, ValidateNested } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../../src/kernel/app-error.js';
import {
  OrganizationName,
  PersonName,
} from '../../../src/infrastructure/validation/display-name.js';
import { EmailAddress } from '../../../src/infrastructure/validation/email-address.js';
import { OneOf } from '../../../src/infrastructure/validation/one-of.js';
import { PasswordText } from '../../../src/infrastructure/validation/password-text.js';
import { Slug } from '../../../src/infrastructure/validation/slug.js';
import {
  Administrators,
  Anyone,
  Holder,
  Members,
  MembersAlsoWhileClosing,
} from '../../../src/tenancy/access.js';
import { Tenancy } from '../../../src/tenancy/tenancy.js';
import { QueryInteger } from '../../../src/infrastructure/validation/query-integer.js';

export class OwnerBody {
  @PersonName() name!: string;
  @EmailAddress() email!: string;
  @PasswordText() password!: string;
}

export class SignupBody {
  @OrganizationName() organization!: string;
  @Slug() slug!: string;
  @OneOf(['database', 'schema'], { optional: true }) isolation?: string;
  @ApiProperty({ type: OwnerBody })
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => OwnerBody)
  owner!: OwnerBody;
}

export class PageQuery {
  @QueryInteger({ minimum: 1, maximum: 100, example: 10 })
  limit?: number;
}

export class EchoView {
  @ApiProperty({ type: String, example: 'tnt_x' }) tenantId!: string | null;
  @ApiProperty({ type: String, example: 'req_x' }) requestId!: string | undefined;
}

/** A few routes of each kind of access. */
@ApiTags('Samples')
@Controller('v1')
export class SampleController {
  received: unknown[] = [];

  constructor(@Inject(Tenancy) private readonly tenancy: Tenancy) {}

  @Post('signup')
  @Anyone()
  @ApiOperation({ operationId: 'sampleSignup', summary: 'Signs up' })
  @ApiCreatedResponse({ type: EchoView })
  signup(@Body() body: SignupBody): SignupBody {
    this.received.push(body);
    return body;
  }

  @Get('tenant')
  @Members('owner', 'admin', 'analyst')
  @ApiOperation({ operationId: 'sampleTenant', summary: 'Says whose scope it ran in' })
  @ApiOkResponse({ type: EchoView })
  async tenant(): Promise<EchoView> {
    await new Promise((resolve) => setImmediate(resolve));
    const { tenant, requestId } = this.tenancy.current();
    return { tenantId: tenant.id, requestId };
  }

  @Get('things')
  @Members('owner', 'admin')
  list(@Query() query: PageQuery): PageQuery {
    return query;
  }

  @Post('things')
  @Members('owner', 'admin')
  create(@Body() body: object): object {
    return { tenantId: this.tenancy.current().tenant.id, body };
  }

  @Get('things/:id')
  @MembersAlsoWhileClosing('owner', 'admin')
  show(@Param('id') id: string): object {
    return { id };
  }

  @Patch('things/:id')
  @Members('owner')
  change(): object {
    return {};
  }

  @Delete('things/:id')
  @HttpCode(204)
  @Members('owner')
  remove(): void {}

  @Post('invitations/accept')
  @Holder()
  accept(): object {
    return { central: this.tenancy.requestId() !== undefined };
  }

  @Post('webhook')
  @Anyone()
  @RouteConfig({ rawBody: true })
  webhook(@Req() request: FastifyRequest): object {
    return { bytes: (request.body as Buffer).length, isBuffer: Buffer.isBuffer(request.body) };
  }

  @Get('fails/:how')
  @Anyone()
  fail(@Param('how') how: string): never {
    throw FAILURES[how] ?? new Error(`secret content ${how}`);
  }
}

@Controller('admin')
@Administrators()
export class SampleAdminController {
  @Get('tenants')
  tenants(): object {
    return { items: [] };
  }

  @Post('tenants')
  open(@Body() body: SignupBody): object {
    return body;
  }
}

const FAILURES: Record<string, Error> = {
  unknown: new TypeError('card number 4111111111111111'),
  'unknown-code': new AppError('nobody_mapped_this', 'secret content'),
  known: new AppError('last_owner', 'This is the only owner.'),
  fields: new AppError('slug_taken', 'Taken.', { fields: { field: 'slug', secret: 'content' } }),
  'no-tenant': new AppError('no_tenant', 'No tenant is in context.'),
  refused: Object.assign(new Error('connect ECONNREFUSED 10.1.2.3:5432'), { code: 'ECONNREFUSED' }),
  waiting: new AppError('login_throttled', 'Wait.', { fields: { retryAfterSeconds: 12.3 } }),
};
