import { Controller, Get, Inject, NotFoundException, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Anyone } from '../../../tenancy/access.js';
import { HTTP_DEPS, type HttpDeps } from '../http-deps.js';
import { HEADER_POLICIES, type HeaderPolicies } from '../security-headers.js';
import { frontPage } from './front.page.js';
import { MOON_SVG } from './moon.svg.js';
import { problemPage } from './problem.page.js';
import { joinPage, resetPasswordPage, verifyEmailPage } from './secret-form.page.js';
import { SECRET_FORM_SCRIPT } from './secret-form.script.js';
import { sendStatic, staticFile } from './send-static.js';
import { SITE_CSS } from './site.css.js';

const ASSETS = new Map([
  ['moon.svg', staticFile('image/svg+xml; charset=utf-8', MOON_SVG)],
  ['secret-form.js', staticFile('text/javascript; charset=utf-8', SECRET_FORM_SCRIPT)],
  ['site.css', staticFile('text/css; charset=utf-8', SITE_CSS)],
]);

/** The few pages for people; the dashboard is an application of its own. */
@ApiExcludeController()
@Anyone()
@Controller()
export class PagesController {
  constructor(
    @Inject(HTTP_DEPS) private readonly deps: HttpDeps,
    @Inject(HEADER_POLICIES) private readonly policies: HeaderPolicies,
  ) {}

  @Get()
  front(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const { about, config } = this.deps;
    const baseUrl = config.publicUrl ?? `${request.protocol}://${request.host}`;
    this.#send(reply, frontPage({ ...about, role: config.role, baseUrl }));
  }

  @Get('join')
  join(@Res() reply: FastifyReply): void {
    this.#send(reply, joinPage());
  }

  @Get('reset-password')
  resetPassword(@Res() reply: FastifyReply): void {
    this.#send(reply, resetPasswordPage());
  }

  @Get('verify-email')
  verifyEmail(@Res() reply: FastifyReply): void {
    this.#send(reply, verifyEmailPage());
  }

  @Get('problems/:code')
  problem(@Param('code') code: string, @Res() reply: FastifyReply): void {
    const page = problemPage(code);
    if (page === null) throw new NotFoundException();
    this.#send(reply, page);
  }

  @Get('assets/:file')
  asset(
    @Param('file') name: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): void {
    const file = ASSETS.get(name);
    if (file === undefined) throw new NotFoundException();
    sendStatic(request, reply, file);
  }

  #send(reply: FastifyReply, page: string): void {
    reply.headers(this.policies.page).header('content-type', 'text/html; charset=utf-8').send(page);
  }
}
