import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Administrators } from '../../tenancy/access.js';
import { SignupPolicy } from '../provisioning/signup-policy.js';
import {
  DeadlineQueryDto,
  DeadlinesDto,
  DoctorDto,
  InviteSignupDto,
  SignupInvitationDto,
} from './admin.dto.js';
import { Examine } from './examine.js';
import { ExaminationDto, shownExamination } from './examination.dto.js';
import { shownRetry } from './failing.dto.js';
import { ListDeadlines } from './list-deadlines.js';

@ApiTags('Administration')
@Controller('admin')
@Administrators()
export class OperationsController {
  constructor(
    private readonly listDeadlines: ListDeadlines,
    private readonly examine: Examine,
    private readonly policy: SignupPolicy,
  ) {}

  @Get('deadlines')
  @ApiOperation({ operationId: 'adminListDeadlines', summary: 'Obligations not yet met' })
  @ApiOkResponse({ type: DeadlinesDto })
  async deadlines(@Query() query: DeadlineQueryDto): Promise<DeadlinesDto> {
    const deadlines = await this.listDeadlines.execute(query.limit ?? 100);
    return {
      items: deadlines.map((it) => ({
        ...it,
        dueAt: it.dueAt.toISOString(),
        retry: it.retry === null ? null : shownRetry(it.retry),
      })),
    };
  }

  @Get('doctor')
  @ApiOperation({ operationId: 'adminDoctor', summary: 'What disagrees with the catalog' })
  @ApiOkResponse({ type: ExaminationDto })
  async look(): Promise<ExaminationDto> {
    return shownExamination(await this.examine.execute());
  }

  @Post('doctor')
  @HttpCode(200)
  @ApiOperation({ operationId: 'adminDoctorFix', summary: 'Look, and remove orphans on request' })
  @ApiOkResponse({ type: ExaminationDto })
  async fix(@Body() body: DoctorDto): Promise<ExaminationDto> {
    return shownExamination(await this.examine.execute(body.fix === true));
  }

  @Post('signup-invitations')
  @ApiOperation({
    operationId: 'adminInviteSignup',
    summary: 'A single-use signup code, for NUMOON_SIGNUP=invite',
  })
  @ApiCreatedResponse({ type: SignupInvitationDto })
  async invite(@Body() body: InviteSignupDto): Promise<SignupInvitationDto> {
    const { code, expiresAt } = await this.policy.invite(body.validDays ?? 7);
    return { invitation: code, expiresAt: expiresAt.toISOString() };
  }
}
