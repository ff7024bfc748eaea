import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Bucket } from '../../core/bucket.js';
import type { Stage } from '../../core/stage.js';
import type { ShopBook } from '../../business/shop/book.js';
import { jsonOf } from '../../http/read-body.js';
import { sendError } from '../../http/send-error.js';
import type { Grant } from '../../oauth/grants-state.js';
import { ADMIN_SCHEMA } from './admin-schema.js';
import { shopifyFailure } from './failures.js';
import { execute } from './graphql/execute.js';
import { type GraphqlError, GraphqlRefusal } from './graphql/graphql-error.js';
import { GraphqlSyntaxError, parseQuery } from './graphql/parse-query.js';
import { readVariables } from './graphql/read-values.js';
import { validate } from './graphql/validate.js';
import type { ShopOf } from './oauth.js';
import { View } from './resolve.js';
import { SHOPIFY_VERSION } from './version.js';

/** No single query may cost more. */
const MAX_COST = 1_000;

export function mountShopifyApi(
  scope: FastifyInstance,
  stage: Stage,
  shopOf: ShopOf,
  bookOf: (host: string) => ShopBook | null,
): void {
  const buckets = new Map<string, Bucket>();
  const bucketOf = (book: ShopBook): Bucket => {
    const known = buckets.get(book.shop.host);
    if (known !== undefined) return known;
    const { size, perSecond } = book.shop.bucket;
    const made = new Bucket(size, perSecond);
    buckets.set(book.shop.host, made);
    return made;
  };
  scope.setNotFoundHandler((_request, reply) => sendError(reply, shopifyFailure(404)));
  scope.addHook('onRequest', async (_request, reply) => {
    void reply.header('x-request-id', randomUUID());
  });

  scope.post(`/admin/api/${SHOPIFY_VERSION}/graphql.json`, (request, reply) => {
    const grant = grantOf(request, stage, shopOf);
    const book = grant && bookOf(grant.account);
    if (grant === null || book === null) return sendError(reply, shopifyFailure(401));
    void reply.header('x-shopify-api-version', SHOPIFY_VERSION);
    const body = jsonOf(request);
    if (body === null || typeof body['query'] !== 'string') {
      return sendError(reply, {
        status: 400,
        body: { errors: { query: 'Required parameter missing or invalid' } },
      });
    }
    const { query, variables } = body;
    const sent = typeof variables === 'object' && variables !== null ? variables : {};
    return answer(
      reply,
      stage,
      grant,
      book,
      bucketOf(book),
      query,
      sent as Record<string, unknown>,
      body['operationName'],
    );
  });

  scope.delete('/admin/api_permissions/current.json', (request, reply) => {
    const grant = grantOf(request, stage, shopOf);
    if (grant === null) return sendError(reply, shopifyFailure(401));
    stage.grants.revokeAccount(grant.account);
    return reply.send({});
  });
}

function grantOf(request: FastifyRequest, stage: Stage, shopOf: ShopOf): Grant | null {
  const token = request.headers['x-shopify-access-token'];
  if (typeof token !== 'string') return null;
  const grant = stage.grants.check(token);
  return typeof grant !== 'string' && grant.account === shopOf(request)?.id ? grant : null;
}

function answer(
  reply: FastifyReply,
  stage: Stage,
  grant: Grant,
  book: ShopBook,
  bucket: Bucket,
  query: string,
  sent: Readonly<Record<string, unknown>>,
  operationName: unknown,
): FastifyReply {
  const told = (requested: number, actual: number | null): Record<string, unknown> => ({
    cost: {
      requestedQueryCost: requested,
      actualQueryCost: actual,
      throttleStatus: {
        maximumAvailable: bucket.size,
        currentlyAvailable: Math.floor(bucket.level()),
        restoreRate: bucket.perSecond,
      },
    },
  });
  const refused = (errors: readonly GraphqlError[], extensions?: unknown): FastifyReply =>
    reply.send({ errors, ...(extensions === undefined ? {} : { extensions }) });
  try {
    const document = parseQuery(query);
    const named = document.operations.filter(({ name }) => name === operationName);
    const [operation] = document.operations.length === 1 ? document.operations : named;
    if (operation === undefined) {
      return refused([{ message: 'An operation name is required' }]);
    }
    const variables = readVariables(operation, sent, ADMIN_SCHEMA);
    const requested = validate(document, operation, variables, ADMIN_SCHEMA);
    if (requested > MAX_COST) {
      return refused([
        {
          message: `Query cost is ${requested}, which exceeds the single query max cost limit (${MAX_COST}).`,
          extensions: { code: 'MAX_COST_EXCEEDED', cost: requested, maxCost: MAX_COST },
        },
      ]);
    }
    if (!bucket.take(requested)) {
      return refused(
        [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }],
        told(requested, null),
      );
    }
    const view = new View(book, stage.clock.now(), grant.scopes, {
      clientId: grant.clientId,
      uninstall: () => void stage.grants.revokeAccount(grant.account),
      revoke: (scopes) =>
        stage.grants.setScopes(
          grant.account,
          grant.scopes.filter((scope) => !scopes.includes(scope)),
        ),
    });
    const done = execute(document, operation, view.root(), {
      schema: ADMIN_SCHEMA,
      variables,
      scopes: grant.scopes,
    });
    const actual = Math.min(requested, Math.max(done.cost, operation.kind === 'mutation' ? 10 : 1));
    bucket.give(requested - actual);
    return reply.send({
      data: done.data,
      ...(done.errors.length > 0 ? { errors: done.errors } : {}),
      extensions: told(requested, actual),
    });
  } catch (error) {
    if (error instanceof GraphqlRefusal) return refused(error.errors);
    if (error instanceof GraphqlSyntaxError) return refused([{ message: error.message }]);
    throw error;
  }
}
