import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiExtension, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Holder } from '../../tenancy/access.js';
import { AcceptInvitation } from './accept-invitation.js';
import { JoinedAnswer } from './member.dto.js';
import { AcceptInvitationBody } from './member-bodies.dto.js';

@ApiTags('Members')
@Controller('v1/invitations')
export class InvitationsController {
  constructor(private readonly acceptInvitation: AcceptInvitation) {}

  @Post('accept')
  @HttpCode(200)
  @Holder()
  @ApiOperation({ operationId: 'acceptInvitation', summary: 'Join with the link’s token' })
  @ApiOkResponse({ type: JoinedAnswer })
  @ApiExtension('x-error-codes', [
    'invitation_invalid',
    'password_too_short',
    'password_too_long',
    'password_bad_character',
    'password_too_common',
    'password_is_account',
    'hashing_busy',
  ])
  accept(@Body() body: AcceptInvitationBody): Promise<JoinedAnswer> {
    return this.acceptInvitation.execute(body);
  }
}
