import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ProviderSettings } from '../../../../config/providers.js';
import type { Account } from '../../../../src/connectors/kit/account.js';
import { randomWord } from '../../../../src/kernel/ids.js';
import { Secret } from '../../../../src/kernel/secret.js';
import { noteSecret, plant } from '../../../support/canaries/registry.js';

export const LEMON_BERLIN: Account = {
  id: 'stand-1',
  name: 'Lemon Berlin & <b>Söhne</b>',
  timeZone: 'Europe/Berlin',
  currency: 'EUR',
  test: false,
  details: {},
};

export const LEMON_TOKYO: Account = {
  ...LEMON_BERLIN,
  id: 'stand-2',
  name: 'Lemon Tokyo',
  timeZone: 'Asia/Tokyo',
  currency: 'JPY',
};

export interface StandCall {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

interface Granted {
  challenge: string | null;
  redirectUri: string | null;
  accounts: readonly Account[];
  used: boolean;
}

/** What the next calls of a path are answered with, in place of the truth. */
type Trouble = { status: number; body: string } | 'hang-up';

/** All that providers of the fixtures say, on loopback; every secret it gives is a canary. */
export class LemonStand {
  readonly clientId = `client-${randomWord(8)}`;
  readonly clientSecret = plant('text');
  readonly calls: StandCall[] = [];
  /** Scopes that token answers name. */
  scope = 'sales.read stands.read';
  /** The only key that lemon-key takes. */
  readonly key = { user: 'lemon', secret: plant('text') };
  readonly #codes = new Map<string, Granted>();
  readonly #tokens = new Map<string, readonly Account[]>();
  readonly #troubles = new Map<string, Trouble[]>();

  private constructor(private readonly server: Server) {}

  static async open(): Promise<LemonStand> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const stand = new LemonStand(server);
    server.on('request', (request, response) => {
      void stand.#answer(request).then((answer) => {
        if (answer === 'hang-up') return response.socket?.destroy();
        const { status, body } = answer;
        return response.writeHead(status, { 'content-type': 'application/json' }).end(body);
      });
    });
    return stand;
  }

  get settings(): ReadonlyMap<string, ProviderSettings> {
    const { port } = this.server.address() as AddressInfo;
    const setup = {
      clientId: this.clientId,
      clientSecret: new Secret(this.clientSecret),
      webhookSecrets: [],
    };
    const base = `http://127.0.0.1:${port}`;
    return new Map([
      ['lemonade', { ...setup, baseUrl: base }],
      ['limonata', { ...setup, baseUrl: `${base}/at/{host}` }],
      ['lemon-key', { ...setup, baseUrl: base }],
    ]);
  }

  /** The consent page: a person says yes. @returns a code, and what goes back with it */
  consent(authorizeUrl: string, accounts: readonly Account[] = [LEMON_BERLIN]): URLSearchParams {
    const asked = new URL(authorizeUrl).searchParams;
    const code = plant('text');
    this.#codes.set(code, {
      challenge: asked.get('code_challenge'),
      redirectUri: asked.get('redirect_uri'),
      accounts,
      used: false,
    });
    return new URLSearchParams({ code, state: asked.get('state') ?? '' });
  }

  /** The next call of the path gets this. */
  trouble(path: string, trouble: Trouble): void {
    this.#troubles.set(path, [...(this.#troubles.get(path) ?? []), trouble]);
  }

  callsOf(path: string): StandCall[] {
    return this.calls.filter((call) => call.path === path);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<Trouble> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString('utf8');
    const path = (request.url ?? '').replace(/^\/at\/[^/]+/, '');
    const call = { method: request.method ?? '', path, headers: request.headers, body };
    this.calls.push({ ...call, path: request.url ?? '' });
    const trouble = this.#troubles.get(path)?.shift();
    if (trouble !== undefined) return trouble;
    if (path === '/oauth/token' || path === '/token') return this.#token(call);
    if (path === '/v1/accounts') return this.#accounts(call);
    if (path === '/oauth/revoke') return { status: 200, body: '{}' };
    return { status: 404, body: '{}' };
  }

  #token({ headers, body, path }: StandCall): Trouble {
    const fields =
      path === '/token'
        ? (JSON.parse(body) as Record<string, string>)
        : (Object.fromEntries(new URLSearchParams(body)) as Record<string, string>);
    const basic = `Basic ${Buffer.from(`${this.clientId}:${this.clientSecret}`).toString('base64')}`;
    const proven =
      path === '/token'
        ? fields['client_id'] === this.clientId && fields['client_secret'] === this.clientSecret
        : headers.authorization === basic;
    if (!proven) return { status: 401, body: '{"error":"invalid_client"}' };
    noteSecret('PKCE verifier', fields['code_verifier'] ?? '');
    const granted = this.#codes.get(fields['code'] ?? '');
    const verified =
      granted?.challenge == null ||
      createHash('sha256')
        .update(fields['code_verifier'] ?? '')
        .digest('base64url') === granted.challenge;
    const placed = path === '/token' || fields['redirect_uri'] === granted?.redirectUri;
    if (granted === undefined || granted.used || !verified || !placed) {
      return { status: 400, body: '{"error":"invalid_grant"}' };
    }
    granted.used = true;
    return { status: 200, body: JSON.stringify(this.#newTokens(granted.accounts)) };
  }

  #newTokens(accounts: readonly Account[]): object {
    const token = plant('text');
    this.#tokens.set(`Bearer ${token}`, accounts);
    return {
      access_token: token,
      refresh_token: plant('text'),
      expires_in: 3600,
      scope: this.scope,
      stand_id: 7,
    };
  }

  #accounts({ headers }: StandCall): Trouble {
    const { user, secret } = this.key;
    const key = `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
    const accounts =
      headers.authorization === key
        ? [LEMON_BERLIN]
        : this.#tokens.get(headers.authorization ?? '');
    if (accounts === undefined) return { status: 401, body: '{"error":"no"}' };
    return { status: 200, body: JSON.stringify({ accounts }) };
  }
}
