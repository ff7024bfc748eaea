import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Stage } from '../../core/stage.js';
import { bearerOf, jsonOf, queryOf } from '../../http/read-body.js';
import { sendError } from '../../http/send-error.js';
import type { Grant } from '../../oauth/grants-state.js';
import {
  expired,
  type HubSpotAnswer,
  invalid,
  missingScopes,
  notFound,
  rateLimited,
  Refusal,
  unauthenticated,
} from './answers.js';
import { VERSION } from './app.js';
import { batchRead } from './batch-read.js';
import type { Hub, Hubs } from './changes.js';
import { listRecords, readRecord } from './listing.js';
import { contactSet, dealSet } from './object-sets.js';
import { RateLimits } from './rate-limits.js';
import type { ObjectSet } from './records.js';
import { searchRecords } from './search.js';
import { accountDetails, pipelines, properties } from './settings-answers.js';
import { scopesOf } from './tokens.js';

interface Asked {
  hub: Hub;
  grant: Grant;
  now: number;
  query: URLSearchParams;
  params: Readonly<Record<string, string>>;
  request: FastifyRequest;
}

interface Route {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  /** Any one of them is enough. */
  scopes: readonly string[];
  search?: boolean;
  answer(asked: Asked): HubSpotAnswer;
}

const DEALS_READ = ['crm.objects.deals.read'];
const CONTACTS_READ = ['crm.objects.contacts.read'];

/** Everything below the token endpoints. */
export function mountApi(scope: FastifyInstance, stage: Stage, hubs: Hubs): void {
  const limits = new RateLimits(stage.clock.real);
  const routes: Route[] = [
    {
      method: 'GET',
      path: `/account-info/${VERSION}/details`,
      scopes: ['oauth'],
      answer: ({ hub, now }) => accountDetails(hub.book, now),
    },
    {
      method: 'DELETE',
      path: `/appinstalls/${VERSION}/external-install`,
      scopes: ['oauth'],
      answer: ({ grant }) => {
        // There is one install a hub: whoever else connected it with this app is out as well.
        stage.grants.revokeAccount(grant.account, grant.clientId);
        return { status: 204, body: null };
      },
    },
    {
      method: 'GET',
      path: `/crm/pipelines/${VERSION}/:objectType`,
      scopes: [...DEALS_READ, 'crm.schemas.deals.read'],
      answer: ({ params }) => pipelines(params['objectType'] ?? ''),
    },
    {
      method: 'GET',
      path: `/crm/properties/${VERSION}/:objectType`,
      scopes: [...DEALS_READ, 'crm.schemas.deals.read', ...CONTACTS_READ],
      answer: ({ hub, params, now }) => properties(hub.book, params['objectType'] ?? '', now),
    },
    ...objectRoutes('0-3', DEALS_READ, (hub, now) => dealSet(hub.book, now)),
    ...objectRoutes('contacts', CONTACTS_READ, (hub, now) => contactSet(hub.book, now)),
  ];
  for (const route of routes) {
    scope.route({
      method: route.method,
      url: route.path,
      handler: (request, reply) => {
        const { grant, hub } = admitted(request, stage, hubs, route);
        const headers = limits.take(hub.book.account.id, route.search ?? false, hub.limits);
        const answer = route.answer({
          hub,
          grant,
          now: stage.clock.now(),
          query: queryOf(request),
          params: request.params as Record<string, string>,
          request,
        });
        return send(reply, { ...answer, headers: { ...headers, ...answer.headers } });
      },
    });
  }
}

function objectRoutes(
  type: string,
  scopes: readonly string[],
  setOf: (hub: Hub, now: number) => ObjectSet,
): Route[] {
  const path = `/crm/objects/${VERSION}/${type}`;
  const set = remembering(setOf);
  return [
    {
      method: 'GET',
      path,
      scopes,
      answer: ({ hub, now, query }) =>
        listRecords(set(hub, now), query, `https://api.hubapi.com${path}`),
    },
    {
      method: 'POST',
      path: `${path}/search`,
      scopes,
      search: true,
      // The index that searches go through lags behind what was written.
      answer: ({ hub, now, request }) =>
        searchRecords(set(hub, now - hub.indexLagMs), jsonBody(request)),
    },
    {
      method: 'POST',
      path: `${path}/batch/read`,
      scopes,
      answer: ({ hub, now, request }) => batchRead(set(hub, now), jsonBody(request), now),
    },
    {
      method: 'GET',
      path: `${path}/:id`,
      scopes,
      answer: ({ hub, now, query, params }) => readRecord(set(hub, now), params['id'] ?? '', query),
    },
  ];
}

/** Pages of one reading are mostly asked for at one instant. */
function remembering(
  setOf: (hub: Hub, now: number) => ObjectSet,
): (hub: Hub, now: number) => ObjectSet {
  let last: { hub: Hub; version: number; now: number; set: ObjectSet } | null = null;
  return (hub, now) => {
    const { version } = hub.book;
    if (last?.hub !== hub || last.now !== now || last.version !== version) {
      last = { hub, version, now, set: setOf(hub, now) };
    }
    return last.set;
  };
}

function admitted(
  request: FastifyRequest,
  stage: Stage,
  hubs: Hubs,
  route: Route,
): { grant: Grant; hub: Hub } {
  const token = bearerOf(request);
  if (token === null) throw unauthenticated();
  const grant = stage.grants.check(token);
  if (grant === 'expired') throw expired(1);
  if (typeof grant === 'string') throw unauthenticated();
  const granted = scopesOf(grant);
  if (!route.scopes.some((name) => granted.includes(name))) throw missingScopes(route.scopes);
  const hub = hubs.of(grant.account);
  if (hub.dailyLimitReached) throw rateLimited('DAILY');
  return { grant, hub };
}

function jsonBody(request: FastifyRequest): Record<string, unknown> {
  const body = jsonOf(request);
  if (body === null) throw invalid('Invalid input JSON on line 1, column 1.');
  return body;
}

function send(reply: FastifyReply, answer: HubSpotAnswer): FastifyReply {
  void reply.code(answer.status).headers(answer.headers ?? {});
  return answer.body === null ? reply.send() : reply.send(answer.body);
}

/** Refusals in the provider's own words, also for what does not exist. */
export function answerRefusals(scope: FastifyInstance): void {
  scope.setErrorHandler((error, _request, reply) => {
    if (error instanceof Refusal) return sendError(reply, error);
    throw error;
  });
  scope.setNotFoundHandler((_request, reply) => sendError(reply, notFound()));
}
