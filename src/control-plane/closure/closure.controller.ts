import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiExtension,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Holder, MembersAlsoWhileClosing } from '../../tenancy/access.js';
import { Tenancy } from '../../tenancy/tenancy.js';
import { CancelClosure } from './cancel-closure.js';
import { CloseOwnAccount } from './close-own-account.js';
import {
  CloseAccountDto,
  ClosureAnswerDto,
  closureStatus,
  ClosureStatusDto,
  ClosureTokenDto,
} from './closure.dto.js';
import { ReadClosure } from './read-closure.js';

@ApiTags('Account')
@Controller('v1')
export class ClosureController {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly closeAccount: CloseOwnAccount,
    private readonly cancelClosure: CancelClosure,
    private readonly readClosure: ReadClosure,
  ) {}

  @Post('account/closure')
  @HttpCode(202)
  @MembersAlsoWhileClosing('owner')
  @ApiOperation({
    operationId: 'closeAccount',
    summary: 'Close the account',
    description:
      'Fenced at once: only the owner may still read, export or cancel. Purged when the grace is over.',
  })
  @ApiAcceptedResponse({ type: ClosureAnswerDto })
  @ApiExtension('x-error-codes', [
    'closure_slug_mismatch',
    'closure_password_wrong',
    'login_throttled',
    'hashing_busy',
    'tenant_move_refused',
  ])
  close(@Body() body: CloseAccountDto): Promise<ClosureAnswerDto> {
    return this.closeAccount.execute(body);
  }

  @Delete('account/closure')
  @HttpCode(204)
  @MembersAlsoWhileClosing('owner')
  @ApiOperation({
    operationId: 'cancelClosure',
    summary: 'Cancel the closure while its grace lasts',
  })
  @ApiNoContentResponse()
  @ApiExtension('x-error-codes', ['closure_not_cancellable'])
  async cancel(): Promise<void> {
    await this.cancelClosure.execute(this.tenancy.current().tenant.id);
  }

  @Get('closures/:id')
  @Holder()
  @ApiOperation({
    operationId: 'readClosure',
    summary: 'What became of a closure',
    description: 'Needs only the link handed out at the request; works after the account is gone.',
  })
  @ApiOkResponse({ type: ClosureStatusDto })
  async status(
    @Param('id') id: string,
    @Query() query: ClosureTokenDto,
  ): Promise<ClosureStatusDto> {
    return closureStatus(await this.readClosure.execute(id, query.token));
  }
}
