import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Bucket } from '../../core/bucket.js';
import type { Stage } from '../../core/stage.js';
import type { PaymentsBook } from '../../business/payments/book.js';
import { basicOf, bearerOf, queryOf } from '../../http/read-body.js';
import { sendError } from '../../http/send-error.js';
import { Desk } from './desk.js';
import { failureOf, refuse, StripeRefusal, stripeError } from './errors.js';
import { readExpand } from './expand.js';
import type { Changes } from './events.js';
import type { ListKind } from './list-kind.js';
import { LISTS } from './lists.js';
import { accountObject, balanceObject } from './objects/account.js';
import { lineObject } from './objects/invoice.js';
import { takePage } from './paging.js';
import { readParams } from './read-params.js';
import { STRIPE_VERSION } from './version.js';

export interface Books {
  of(accountId: string): PaymentsBook | null;
  events(accountId: string): Changes;
}

/** Who calls, once all about the call itself is right. */
interface Caller {
  desk: Desk;
  permissions: readonly string[];
}

export function mountStripeApi(scope: FastifyInstance, stage: Stage, books: Books): void {
  const limits = new Map<string, Bucket>();
  const enter = (request: FastifyRequest, permission: string, place: string): Caller => {
    const caller = callerOf(request, stage, books, permission);
    const { account } = caller.desk;
    if (account.limited) {
      const all = account.live ? 100 : 25;
      takeOne(limits, account.id, all);
      takeOne(limits, `${account.id}${place}`, 25);
    }
    return caller;
  };

  scope.addHook('onRequest', async (_request, reply) => {
    void reply.header('request-id', `req_${randomBytes(7).toString('hex')}`);
    void reply.header('stripe-version', STRIPE_VERSION);
  });
  scope.setErrorHandler((error, _request, reply) => {
    if (error instanceof StripeRefusal) return sendError(reply, error.answer);
    throw error;
  });
  scope.setNotFoundHandler((request, reply) =>
    sendError(
      reply,
      stripeError(404, {
        message: `Unrecognized request URL (${request.method}: ${request.url.split('?')[0] ?? ''}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
      }),
    ),
  );

  scope.get('/v1/account', (request, reply) => {
    const { desk } = enter(request, 'connected_account_read', '/v1/account');
    readParams(queryOf(request), {});
    return send(reply, accountObject(desk.account));
  });
  scope.get('/v1/balance', (request, reply) => {
    const { desk } = enter(request, 'balance_read', '/v1/balance');
    readParams(queryOf(request), {});
    return send(reply, balanceObject(desk.book.balance(desk.now), desk.account.live));
  });
  scope.get('/v1/invoices/:id/lines', (request, reply) => {
    const { desk } = enter(request, 'invoice_read', '/v1/invoices/lines');
    readParams(queryOf(request), {});
    const { id } = request.params as { id: string };
    const invoice = desk.book.invoices().find((one) => one.id === id && one.created <= desk.now);
    if (invoice === undefined) return missing('invoice', id, 'invoice');
    const data = invoice.lines.map((line) => lineObject(line, invoice, desk.account));
    return send(reply, { object: 'list', data, has_more: false, url: `/v1/invoices/${id}/lines` });
  });

  for (const kind of LISTS) {
    scope.get(kind.path, (request, reply) => {
      const { desk, permissions } = enter(request, kind.permission, kind.path);
      return send(reply, list(kind, desk, permissions, queryOf(request)));
    });
    scope.get(`${kind.path}/:id`, (request, reply) => {
      const { desk, permissions } = enter(request, kind.permission, `${kind.path}/id`);
      const { id } = request.params as { id: string };
      const { expand } = readParams(queryOf(request), {});
      const thing = kind.source(desk).find(id);
      if (thing === null) return missing(kind.noun, id, 'id', 404);
      return send(
        reply,
        kind.show(thing, desk, readExpand(expand, false, kind.expandable, permissions)),
      );
    });
  }
}

function list(
  kind: ListKind<never>,
  desk: Desk,
  permissions: readonly string[],
  query: URLSearchParams,
): unknown {
  const params = readParams(query, kind.accepts);
  if ((params.lists['types']?.length ?? 0) > 20) {
    refuse(400, { message: 'You may pass at most 20 types.', param: 'types' });
  }
  const expand = readExpand(params.expand, true, kind.expandable, permissions);
  const source = kind.source(desk);
  const named = params.startingAfter ?? params.endingBefore;
  const cursor = named === null ? null : source.find(named);
  if (named !== null && cursor === null) {
    const param = params.startingAfter === null ? 'ending_before' : 'starting_after';
    missing(kind.noun, named, param);
  }
  const { things, hasMore } = takePage(
    source,
    {
      range: params.ranges['created'] ?? { gte: -Infinity, lte: Infinity },
      limit: params.limit,
      cursor,
      newest: params.endingBefore === null,
    },
    (thing) => kind.fits(thing, params, desk),
  );
  return {
    object: 'list',
    data: things.map((thing) => kind.show(thing, desk, expand)),
    has_more: hasMore,
    url: kind.path,
  };
}

function callerOf(request: FastifyRequest, stage: Stage, books: Books, permission: string): Caller {
  const token = bearerOf(request) ?? basicOf(request)?.user ?? null;
  if (token === null) {
    refuse(401, {
      message:
        "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    });
  }
  const shown = `${token.slice(0, 8)}${'*'.repeat(10)}${token.slice(-4)}`;
  const grant = stage.grants.check(token);
  if (grant === 'unknown') refuse(401, { message: `Invalid API Key provided: ${shown}` });
  if (grant === 'expired') {
    refuse(401, { code: 'api_key_expired', message: `Expired API Key provided: ${shown}` });
  }
  if (grant === 'revoked') {
    const account = stage.grants.accountOf(token) ?? 'acct_unknown';
    refuse(403, {
      code: 'account_invalid',
      message: `The provided key '${shown}' does not have access to account '${account}' (or that account does not exist). Application access may have been revoked.`,
    });
  }
  const version = request.headers['stripe-version'];
  if (version !== STRIPE_VERSION) {
    refuse(400, { message: `Invalid Stripe API version: ${String(version ?? '')}` });
  }
  if (request.headers['stripe-account'] !== undefined) {
    refuse(403, {
      code: 'account_invalid',
      message: `The provided key '${shown}' cannot act for another account.`,
    });
  }
  const book = books.of(grant.account);
  if (book === null) throw new Error('A grant names an account that does not exist.');
  if (!grant.scopes.includes(permission)) {
    refuse(403, {
      code: 'more_permissions_required_for_application',
      message: `The provided key '${shown}' does not have the required permissions for this endpoint on account '${grant.account}'. Having the '${permission}' permission would allow this request to continue.`,
    });
  }
  const now = Math.floor(stage.clock.now() / 1_000);
  return { desk: new Desk(book, now, books.events(grant.account)), permissions: grant.scopes };
}

function takeOne(limits: Map<string, Bucket>, key: string, perSecond: number): void {
  let bucket = limits.get(key);
  if (bucket === undefined) {
    bucket = new Bucket(perSecond, perSecond);
    limits.set(key, bucket);
  }
  if (!bucket.take()) throw new StripeRefusal(failureOf(429, '/v1/'));
}

function missing(noun: string, id: string, param: string, status = 400): never {
  return refuse(status, { code: 'resource_missing', message: `No such ${noun}: '${id}'`, param });
}

function send(reply: FastifyReply, body: unknown): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(body));
}
