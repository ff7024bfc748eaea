import { Body, Controller, Get, Headers, HttpCode, Ip, Post, Res } from '@nestjs/common';
import {
  ApiExtension,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Anyone, MembersAlsoWhileClosing } from '../../tenancy/access.js';
import { BrowserCookie } from './browser-cookie.js';
import { LogIn } from './log-in.js';
import { LogOut } from './log-out.js';
import { SessionCookie } from './session-cookie.js';
import { LoginAnswer, LoginBody, Me } from './sign-in.dto.js';
import { WhoAmI } from './who-am-i.js';

@ApiTags('Signing in')
@Controller('v1')
export class SignInController {
  constructor(
    private readonly logIn: LogIn,
    private readonly logOut: LogOut,
    private readonly whoAmI: WhoAmI,
    private readonly cookie: SessionCookie,
    private readonly browserCookie: BrowserCookie,
  ) {}

  @Post('login')
  @HttpCode(200)
  @Anyone()
  @ApiOperation({ operationId: 'login', summary: 'Sign in; sets the session cookie' })
  @ApiOkResponse({ type: LoginAnswer })
  @ApiExtension('x-error-codes', [
    'login_failed',
    'login_throttled',
    'organization_ambiguous',
    'email_unproved',
    'hashing_busy',
    'storage_full',
  ])
  async login(
    @Body() body: LoginBody,
    @Ip() address: string,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('cookie') cookies?: string,
  ): Promise<LoginAnswer> {
    const known = this.browserCookie.read(cookies);
    const { session, browser, answer } = await this.logIn.execute(body, address, known);
    reply.header('set-cookie', [this.cookie.of(session), this.browserCookie.of(browser)]);
    return answer;
  }

  @Post('logout')
  @HttpCode(204)
  @MembersAlsoWhileClosing('owner', 'admin', 'analyst')
  @ApiOperation({ operationId: 'logout', summary: 'End this session' })
  @ApiNoContentResponse({ description: 'Ended.' })
  @ApiExtension('x-error-codes', ['session_required'])
  async logout(@Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.logOut.here();
    reply.header('set-cookie', this.cookie.cleared());
  }

  @Post('logout-everywhere')
  @HttpCode(204)
  @MembersAlsoWhileClosing('owner', 'admin', 'analyst')
  @ApiOperation({ operationId: 'logoutEverywhere', summary: 'End all sessions of this member' })
  @ApiNoContentResponse({ description: 'Ended.' })
  @ApiExtension('x-error-codes', ['session_required'])
  async logoutEverywhere(@Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.logOut.everywhere();
    reply.header('set-cookie', this.cookie.cleared());
  }

  @Get('me')
  @MembersAlsoWhileClosing('owner', 'admin', 'analyst')
  @ApiOperation({ operationId: 'whoAmI', summary: 'Whose credential this is' })
  @ApiOkResponse({ type: Me })
  me(): Promise<Me> {
    return this.whoAmI.execute();
  }
}
