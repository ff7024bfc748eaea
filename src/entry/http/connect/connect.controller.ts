import { Body, Controller, Get, Inject, Logger, Param, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ChooseAccount } from '../../../data-plane/integrations/connect/choose-account.js';
import { CompleteCallback } from '../../../data-plane/integrations/connect/complete-callback.js';
import { ConnectRefusedError } from '../../../data-plane/integrations/connect/connect.errors.js';
import { OpenLink } from '../../../data-plane/integrations/connect/open-link.js';
import { Holder } from '../../../tenancy/access.js';
import { statusOf } from '../problem/error-status.js';
import { failureOf } from '../problem/failure.js';
import { problemOf } from '../problem/problem-of.js';
import { titleOf } from '../problem/problem.js';
import { HEADER_POLICIES, type HeaderPolicies } from '../security-headers.js';
import { chooseAccountPage } from './choose-account.page.js';
import { connectedPage } from './connected.page.js';
import { refusedPage } from './refused.page.js';

/**
 * The browser's side of a connection. Whoever holds the link may begin, and whoever began may finish:
 * the secrets are in the call itself, and a cookie binds them to one browser.
 */
@ApiExcludeController()
@Holder()
@Controller()
export class ConnectController {
  readonly #logger = new Logger(ConnectController.name);

  constructor(
    private readonly openLink: OpenLink,
    private readonly completeCallback: CompleteCallback,
    private readonly chooseAccount: ChooseAccount,
    @Inject(HEADER_POLICIES) private readonly policies: HeaderPolicies,
  ) {}

  @Get('connect/:token')
  open(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.#answer(reply, async () => {
      // Whoever only looks whether something is there (a mail scanner) must not take the link.
      if (request.method === 'HEAD') return void reply.headers(this.policies.still).send();
      const { url, setCookie } = await this.openLink.execute(token, request.headers.cookie);
      reply
        .headers(this.policies.still)
        .header('set-cookie', setCookie)
        .header('location', url)
        .code(302)
        .send();
    });
  }

  @Get('oauth/callback/:provider')
  callback(
    @Param('provider') provider: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.#answer(reply, async () => {
      if (request.method === 'HEAD') return void reply.headers(this.policies.still).send();
      const [, rawQuery = ''] = /\?([^#]*)/.exec(request.raw.url ?? '') ?? [];
      const { cookie } = request.headers;
      const outcome = await this.completeCallback.execute(provider, rawQuery, cookie);
      this.#send(
        reply,
        200,
        outcome.kind === 'choose' ? chooseAccountPage(outcome) : connectedPage(outcome),
      );
    });
  }

  @Post('connect/:token/account')
  @RouteConfig({ formBody: true })
  choose(
    @Param('token') token: string,
    @Body() form: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.#answer(reply, async () => {
      const choice = form instanceof URLSearchParams ? (form.get('account') ?? '') : '';
      const { cookie } = request.headers;
      const connected = await this.chooseAccount.execute(token, choice, cookie);
      this.#send(reply, 200, connectedPage(connected));
    });
  }

  async #answer(reply: FastifyReply, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#refuse(reply, error);
    }
  }

  /** People get a page whatever happens; faults of ours go to the log, as elsewhere. */
  #refuse(reply: FastifyReply, error: unknown): void {
    if (error instanceof ConnectRefusedError) {
      const status = statusOf(error.code) ?? 500;
      this.#note(reply, status, error.code, error);
      return this.#send(reply, status, refusedPage(error));
    }
    const { problem, fault } = problemOf(error);
    if (fault !== undefined) this.#logger.error(fault, error);
    this.#note(reply, problem.status, problem.code, error);
    const { code, detail: message, status } = problem;
    this.#send(reply, status, refusedPage({ code, title: titleOf(code), message, again: null }));
  }

  #note({ request }: FastifyReply, status: number, code: string, error: unknown): void {
    if (status >= 500) request.failure = failureOf(code, error);
  }

  #send(reply: FastifyReply, status: number, page: string): void {
    reply
      .code(status)
      .headers(this.policies.still)
      .header('content-type', 'text/html; charset=utf-8')
      .send(page);
  }
}
