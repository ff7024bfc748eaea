import { Body, Controller, Ip, Post } from '@nestjs/common';
import {
  ApiExtension,
  ApiCreatedResponse,
  ApiHeader,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import {
  Idempotent,
  KeepsItsAnswer,
  type IdempotentCall,
} from '../../infrastructure/idempotency/idempotent-call.js';
import { Anyone } from '../../tenancy/access.js';
import { keepSignupAnswer } from './keep-signup-answer.js';
import { SignUp } from './sign-up.js';
import { REGIONS, signupAnswer, SignupAnswerDto, SignupDto } from './signup.dto.js';

@ApiTags('Account')
@Controller('v1')
export class SignupController {
  constructor(private readonly signUp: SignUp) {}

  @Post('signup')
  @Anyone()
  @KeepsItsAnswer()
  @ApiOperation({
    operationId: 'signUp',
    summary: 'Open an account',
    description:
      'Makes a database (or schema) of its own for the organisation; ready to use when it answers.',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'The same key answers the same body for 24 hours, API key included.',
  })
  @ApiCreatedResponse({ type: SignupAnswerDto })
  @ApiExtension('x-error-codes', [
    'signup_closed',
    'signup_invitation_invalid',
    'signup_limit',
    'hashing_busy',
    'provisioning_lost',
    'password_too_short',
    'password_too_long',
    'password_bad_character',
    'password_too_common',
    'password_is_account',
  ])
  async open(
    @Body() body: SignupDto,
    @Ip() address: string,
    @Idempotent() call?: IdempotentCall,
  ): Promise<SignupAnswerDto> {
    const account = await this.signUp.execute(
      {
        organization: body.organization,
        owner: body.owner,
        isolation: body.isolation ?? 'database',
        region: body.region ?? REGIONS[0],
        invitation: body.invitation,
        address,
      },
      keepSignupAnswer(call),
    );
    return signupAnswer(account);
  }
}
