import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
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
import { ChangeMember } from './change-member.js';
import { InviteMember } from './invite-member.js';
import { ListMembers } from './list-members.js';
import { InvitedMemberView, MemberPage, MemberView } from './member.dto.js';
import { ChangeMemberBody, InviteMemberBody } from './member-bodies.dto.js';
import { RemoveMember } from './remove-member.js';

@ApiTags('Members')
@Controller('v1/members')
export class MembersController {
  constructor(
    private readonly listMembers: ListMembers,
    private readonly inviteMember: InviteMember,
    private readonly changeMember: ChangeMember,
    private readonly removeMember: RemoveMember,
  ) {}

  @Get()
  @Members('owner', 'admin')
  @ApiOperation({ operationId: 'listMembers', summary: 'The people of the tenant' })
  @ApiOkResponse({ type: MemberPage })
  @ApiExtension('x-error-codes', ['cursor_invalid'])
  list(@Query() query: PageQuery): Promise<MemberPage> {
    return this.listMembers.execute(query);
  }

  @Post()
  @Members('owner', 'admin')
  @ApiOperation({ operationId: 'inviteMember', summary: 'Invite somebody, or invite them again' })
  @ApiCreatedResponse({ type: InvitedMemberView })
  @ApiExtension('x-error-codes', ['member_exists', 'role_too_small', 'last_owner', 'mail_failed'])
  invite(@Body() body: InviteMemberBody): Promise<InvitedMemberView> {
    return this.inviteMember.execute(body);
  }

  @Patch(':id')
  @Members('owner', 'admin')
  @ApiOperation({ operationId: 'changeMember', summary: 'Give a member another role' })
  @ApiOkResponse({ type: MemberView })
  @ApiExtension('x-error-codes', ['member_not_found', 'role_too_small', 'last_owner'])
  change(@Param('id') id: string, @Body() body: ChangeMemberBody): Promise<MemberView> {
    return this.changeMember.execute(id, body.role);
  }

  @Delete(':id')
  @HttpCode(204)
  @Members('owner', 'admin')
  @ApiOperation({
    operationId: 'removeMember',
    summary: 'Remove a member, with the sessions and API keys of theirs',
  })
  @ApiNoContentResponse({ description: 'Removed.' })
  @ApiExtension('x-error-codes', ['member_not_found', 'role_too_small', 'last_owner'])
  remove(@Param('id') id: string): Promise<void> {
    return this.removeMember.execute(id);
  }
}
