import { Controller, Get, Inject, NotFoundException, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Anyone } from '../../../tenancy/access.js';
import { sendStatic, staticFile, type StaticFile } from '../pages/send-static.js';
import { HEADER_POLICIES, type HeaderPolicies } from '../security-headers.js';
import { docsFile, DOCS_PAGE } from './swagger-ui.js';

/** Injection token: gives the document as JSON text, built at the first call. */
export const OPENAPI_TEXT = Symbol('openapi-text');

/** The machine-readable document, and Swagger UI out of its own package: nothing from another host. */
@ApiExcludeController()
@Anyone()
@Controller()
export class DocsController {
  #document: StaticFile | undefined;

  constructor(
    @Inject(OPENAPI_TEXT) private readonly openApiText: () => string,
    @Inject(HEADER_POLICIES) private readonly policies: HeaderPolicies,
  ) {}

  @Get('openapi.json')
  openApi(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.#document ??= staticFile('application/json; charset=utf-8', this.openApiText());
    sendStatic(request, reply, this.#document);
  }

  @Get('docs')
  page(@Res() reply: FastifyReply): void {
    reply.headers(this.policies.page).header('content-type', 'text/html; charset=utf-8');
    reply.send(DOCS_PAGE);
  }

  @Get('docs/:file')
  async file(
    @Param('file') name: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const file = await docsFile(name);
    if (file === undefined) throw new NotFoundException();
    sendStatic(request, reply, file);
  }
}
