import { Body, Controller, HttpCode, Ip, Post, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiExtension,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  Idempotent,
  type IdempotentCall,
} from '../../infrastructure/idempotency/idempotent-call.js';
import { Anyone, Holder, MembersAlsoWhileClosing } from '../../tenancy/access.js';
import { BrowserCookie } from '../sign-in/browser-cookie.js';
import { ChangePassword } from './change-password.js';
import { CompletePasswordReset } from './complete-password-reset.js';
import {
  ChangePasswordBody,
  CompletePasswordResetBody,
  PasswordResetAnswer,
  RequestPasswordResetBody,
  ResetRequestedAnswer,
} from './passwords.dto.js';
import { RequestPasswordReset } from './request-password-reset.js';

const POLICY_CODES = [
  'password_too_short',
  'password_too_long',
  'password_bad_character',
  'password_too_common',
  'password_is_account',
];

@ApiTags('Signing in')
@Controller('v1')
export class PasswordsController {
  constructor(
    private readonly changePassword: ChangePassword,
    private readonly requestReset: RequestPasswordReset,
    private readonly completeReset: CompletePasswordReset,
    private readonly browserCookie: BrowserCookie,
  ) {}

  @Post('password')
  @HttpCode(204)
  @MembersAlsoWhileClosing('owner', 'admin', 'analyst')
  @ApiOperation({
    operationId: 'changePassword',
    summary: 'Change the own password; ends all other sessions',
  })
  @ApiNoContentResponse({ description: 'Changed.' })
  @ApiExtension('x-error-codes', [
    'session_required',
    'current_password_wrong',
    'login_throttled',
    'hashing_busy',
    ...POLICY_CODES,
  ])
  change(@Body() body: ChangePasswordBody): Promise<void> {
    return this.changePassword.execute(body);
  }

  @Post('password-resets')
  @HttpCode(202)
  @Anyone()
  @ApiOperation({
    operationId: 'requestPasswordReset',
    summary: 'Have a reset link sent; the answer is the same for any address',
  })
  @ApiAcceptedResponse({
    type: ResetRequestedAnswer,
    description: 'If the address is that of a member, a link is on its way.',
  })
  request(@Body() body: RequestPasswordResetBody, @Ip() address: string): ResetRequestedAnswer {
    return this.requestReset.execute(body, address);
  }

  @Post('password-resets/complete')
  @HttpCode(200)
  @Holder()
  @ApiOperation({
    operationId: 'completePasswordReset',
    summary:
      'Choose a new password with the link’s token; ends all sessions, and tells of API keys',
  })
  @ApiOkResponse({ type: PasswordResetAnswer })
  @ApiExtension('x-error-codes', ['reset_link_invalid', 'hashing_busy', ...POLICY_CODES])
  async complete(
    @Body() body: CompletePasswordResetBody,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Idempotent() call?: IdempotentCall,
  ): Promise<PasswordResetAnswer> {
    const { answer, browser } = await this.completeReset.execute(body);
    // An answer with a cookie is not kept, and this one must be there again for who repeats the call.
    if (browser !== null && call === undefined) {
      reply.header('set-cookie', this.browserCookie.of(browser));
    }
    return answer;
  }
}
