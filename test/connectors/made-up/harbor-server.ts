import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import type { ProviderSettings } from '../../../config/providers.js';
import { newId, randomWord } from '../../../src/kernel/ids.js';
import { Secret } from '../../../src/kernel/secret.js';
import { depotJson, LISTINGS } from './server/api.js';
import { type Depot, makeFleet, truthOf } from './server/business.js';
import { type Grant, Grants, only, Refusal } from './server/grants.js';

const FLEET = 'flt_7';
const SCOPES = ['depots:read', 'parcels:read', 'claims:read'];
const WINDOW_MS = 10_000;
const CALLS = 300;

export interface HarborCall {
  path: string;
  status: number;
}

/**
 * Harbor, on loopback: hosts come as the first part of the path (`/api.harbor.example/v2/depots`). It
 * refuses what its documentation does not allow, each refusal a `fault`, and knows its own figures.
 */
export class HarborServer {
  readonly clientId = 'harbor-app';
  readonly #clientSecret = `hbs_${randomWord(24)}`;
  readonly #webhookSecret = `hbw_${randomWord(24)}`;
  readonly startedMs = Date.now();
  readonly depots: Depot[] = makeFleet(this.startedMs);
  readonly grants = new Grants();
  readonly calls: HarborCall[] = [];
  /** Answers that get lost on their way after they had their effect. */
  lostTokenAnswers = 0;
  /** Listings of a depot to refuse as too fast, whatever the count. */
  storm = 0;
  readonly #windows = new Map<Grant, { from: number; calls: number }>();
  readonly #redirectUris = new Set<string>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(): Promise<HarborServer> {
    const harbor = new HarborServer();
    await new Promise<void>((done) => harbor.#server.listen(0, '127.0.0.1', done));
    return harbor;
  }

  /** As `NUMOON_PROVIDER_HARBOR_*` would say it. */
  get settings(): ProviderSettings {
    const { port } = this.#server.address() as AddressInfo;
    return {
      baseUrl: `http://127.0.0.1:${port}/{host}`,
      clientId: this.clientId,
      clientSecret: new Secret(this.#clientSecret),
      webhookSecrets: [new Secret(this.#webhookSecret)],
    };
  }

  /** What the app's owner would register. */
  register(redirectUri: string): void {
    this.#redirectUris.add(redirectUri);
  }

  truth(depot: Depot): ReturnType<typeof truthOf> {
    return truthOf(depot, this.startedMs);
  }

  /** A delivery with these events, signed as Harbor signs. */
  async deliver(
    url: string,
    events: readonly object[],
    secret = this.#webhookSecret,
  ): Promise<number> {
    const body = JSON.stringify({ events: events.map((it) => ({ id: newId('int'), ...it })) });
    const seconds = Math.floor(Date.now() / 1_000);
    const id = randomWord(12);
    const proof = createHmac('sha256', secret)
      .update(`${seconds}\n${id}\n${body}`)
      .digest('base64url');
    const headers = {
      'content-type': 'application/json',
      'harbor-delivery': id,
      'harbor-proof': `${seconds}.${proof}`,
    };
    return (await fetch(url, { method: 'POST', body, headers })).status;
  }

  /** Access tokens end before their time; refresh tokens stay good. */
  endAccessTokens(): void {
    for (const { access } of this.grants.all)
      for (const token of access.keys()) access.set(token, 0);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://stand-in');
    const [, host = '', path = ''] = /^\/([^/]+)(\/.*)$/.exec(url.pathname) ?? [];
    try {
      const body = await readText(request);
      if (host === 'id.harbor.example') this.#identify(path, url, request, body, response);
      else if (host === 'api.harbor.example') this.#answer(path, url, request, response);
      else throw new Refusal(404, 'host');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      send(response, error.status, { fault: error.fault, error: error.fault });
    }
    this.calls.push({ path, status: response.statusCode });
  }

  #identify(
    path: string,
    url: URL,
    request: IncomingMessage,
    body: string,
    response: ServerResponse,
  ): void {
    if (path === '/oauth/authorize') return this.#consent(url.searchParams, response);
    const proof = Buffer.from(`${this.clientId}:${this.#clientSecret}`).toString('base64');
    const isForm = request.headers['content-type'] === 'application/x-www-form-urlencoded';
    if (request.method !== 'POST' || !isForm) throw new Refusal(400, 'form');
    if (request.headers.authorization !== `Basic ${proof}`)
      throw new Refusal(401, 'invalid_client');
    const form = new URLSearchParams(body);
    if (path === '/oauth/revoke') {
      only(form, ['token']);
      this.grants.revoke(form.get('token') ?? '');
      response.writeHead(204).end();
    } else if (path === '/oauth/token') this.#giveTokens(form, response);
    else throw new Refusal(404, 'path');
  }

  #giveTokens(form: URLSearchParams, response: ServerResponse): void {
    const answer =
      form.get('grant_type') === 'authorization_code'
        ? this.grants.exchange(form, FLEET)
        : this.grants.refresh(form);
    if (this.lostTokenAnswers > 0) {
      this.lostTokenAnswers -= 1;
      response.destroy();
    } else send(response, 200, answer);
  }

  #consent(query: URLSearchParams, response: ServerResponse): void {
    const names = ['client_id', 'redirect_uri', 'response_type', 'scope', 'state'];
    only(query, [...names, 'code_challenge', 'code_challenge_method'], ['may_also', 'decision']);
    const scopes = ['scope', 'may_also'].flatMap((name) => query.get(name)?.split(' ') ?? []);
    const challenge = query.get('code_challenge') ?? '';
    const redirectUri = query.get('redirect_uri') ?? '';
    const isSound =
      query.get('client_id') === this.clientId &&
      query.get('response_type') === 'code' &&
      this.#redirectUris.has(redirectUri) &&
      query.get('code_challenge_method') === 'S256' &&
      /^[\w-]{43}$/.test(challenge) &&
      scopes.every((scope) => SCOPES.includes(scope));
    if (!isSound) throw new Refusal(400, 'consent');
    const back = new URL(redirectUri);
    back.searchParams.set('state', query.get('state') ?? '');
    if (query.get('decision') !== 'approve') back.searchParams.set('error', 'access_denied');
    else back.searchParams.set('code', this.grants.code({ challenge, redirectUri, scopes }));
    response.writeHead(302, { location: back.href }).end();
  }

  #answer(path: string, url: URL, request: IncomingMessage, response: ServerResponse): void {
    if (request.method !== 'GET') throw new Refusal(405, 'method');
    if (request.headers['harbor-version'] !== '2026-02') throw new Refusal(400, 'version');
    const grant = this.grants.authorize(request.headers.authorization);
    this.#count(path, grant, response);
    if (path === '/v2/depots') {
      only(url.searchParams, []);
      return send(response, 200, { depots: this.depots.map(depotJson) });
    }
    const [, code, rest = ''] = /^\/v2\/depots\/([\w-]+)(\/\w+)?$/.exec(path) ?? [];
    const depot = this.depots.find((it) => it.code === code);
    const listing = LISTINGS[rest];
    if (depot === undefined || listing === undefined) throw new Refusal(404, 'path');
    if (!grant.scopes.includes(listing.scope)) throw new Refusal(403, 'scope');
    send(response, 200, listing.answer(depot, url.searchParams));
  }

  #count(path: string, grant: Grant, response: ServerResponse): void {
    const now = Date.now();
    const old = this.#windows.get(grant);
    const window = old === undefined || now > old.from + WINDOW_MS ? { from: now, calls: 0 } : old;
    this.#windows.set(grant, window);
    window.calls += 1;
    const left = Math.max(0, CALLS - window.calls);
    const again = Math.ceil((window.from + WINDOW_MS - now) / 1_000);
    if (this.storm > 0 && path.endsWith('/parcels')) {
      this.storm -= 1;
      response.setHeader('harbor-calls', 'left=0; again-in=1');
      throw new Refusal(429, 'too_fast');
    }
    response.setHeader('harbor-calls', `left=${left}; again-in=${again}`);
    if (window.calls > CALLS) throw new Refusal(429, 'too_fast');
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
