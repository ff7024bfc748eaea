import 'reflect-metadata';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { QuietNestLogger } from './quiet-nest-logger.js';
import { Credentials } from '../../tenancy/access.js';
import { sessionCookie } from '../../tenancy/session-cookie.js';
import { Tenancy } from '../../tenancy/tenancy.js';
import { addAccessHooks } from './access/access-hooks.js';
import { createAdminGate } from './access/admin-gate.js';
import { createGates } from './access/gates.js';
import { createArrivalHook } from './arrival-hook.js';
import { rememberDrain } from './close-gracefully.js';
import { requireBodies, setContentParsers } from './content-parsers.js';
import { createOpenApi } from './docs/openapi.js';
import { Drain } from './drain.js';
import { addIdempotencyHooks } from './idempotency-hooks.js';
import { EdgeModule } from './edge.module.js';
import type { HttpDeps } from './http-deps.js';
import { answerOddRequests, createClientErrorHandler } from './problem/client-errors.js';
import { ProblemFilter } from './problem/problem.filter.js';
import { perSecond } from './rate-limit.js';
import { createRequestLog } from './request-log.js';
import { RouteTable } from './route-table.js';
import { createHeaderPolicies } from './security-headers.js';
import { serverOptions } from './server-options.js';
import { createAuthenticator } from './strategies/authenticator.js';
import { EdgeValidationPipe } from './validation.pipe.js';

/**
 * The HTTP application, initialised and ready to `listen(port, host)` or `inject`: the controllers of
 * the root module behind the edge. The root module must provide `Tenancy` and `Credentials` (from any
 * module of it).
 *
 * @throws AccessNotDeclaredError where a route does not say who may call it
 */
export async function createHttpApp(
  root: Type | DynamicModule,
  deps: HttpDeps,
): Promise<NestFastifyApplication> {
  const { config, logger, about } = deps;
  const table = new RouteTable();
  const filter = new ProblemFilter(logger, table);
  const authenticator = createAuthenticator();
  const isAdministrator = createAdminGate(authenticator);
  const policies = createHeaderPolicies(config.publicUrl?.startsWith('https:') === true);
  const drain = new Drain();
  const answerRouting = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    reply.headers(policies.api).header('x-request-id', request.id);
    filter.answer(error, request, reply);
  };
  const adapter = new FastifyAdapter({
    ...serverOptions(config, answerRouting, createClientErrorHandler(table, drain)),
    // No middleware of Express's kind is used, so no request need look for any.
    skipMiddie: true,
  });
  const session = sessionCookie(config.publicUrl);
  const openApiText = () =>
    JSON.stringify(createOpenApi(app, table.routes, about.version, session.name));
  const app: NestFastifyApplication = await NestFactory.create<NestFastifyApplication>(
    EdgeModule.around(root, { deps, isAdministrator, policies, openApiText }),
    adapter,
    { logger: new QuietNestLogger(logger), bodyParser: false, abortOnError: false },
  );
  table.fill(app);

  const server = adapter.getInstance() as unknown as FastifyInstance;
  answerOddRequests(server.server, table);
  setContentParsers(server);
  server.addHook(
    'onRequest',
    createArrivalHook(drain, perSecond(config.addressRequestsPerSecond), policies.api),
  );
  server.addHook('onResponse', createRequestLog(logger, deps.metrics.httpRequest));
  const gates = createGates({
    authenticator,
    credentials: app.get(Credentials, { strict: false }),
    adminToken: deps.adminToken,
    isAdministrator,
    tenantLimit: perSecond(config.tenantRequestsPerSecond),
    publicUrl: config.publicUrl,
    session,
  });
  const tenancy = app.get(Tenancy, { strict: false });
  addAccessHooks(server, table.routes, gates, tenancy);
  requireBodies(server, table.routes);
  if (deps.idempotency !== undefined) {
    addIdempotencyHooks(server, table.routes, deps.idempotency);
  }

  app.useGlobalFilters(filter);
  app.useGlobalPipes(new EdgeValidationPipe());
  rememberDrain(app, drain);
  await app.init();
  await server.ready();
  return app;
}
