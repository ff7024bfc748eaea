import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ProviderSettings } from '../../../../config/providers.js';
import { plant } from '../../../support/canaries/registry.js';

export interface Pot {
  id: string;
  at: number;
  amount: number;
  currency: string;
  kind: string;
  seconds: number;
  /** No mapper asks for it. */
  drinker: string;
}

export interface TeaCall {
  path: string;
  query: URLSearchParams;
  account: TeaAccount;
}

/** Something else than the page that was asked for. */
export type Answerer = (request: IncomingMessage, response: ServerResponse) => void;

/** A shop that sells tea, on loopback. Answers nobody without the key of one of its accounts. */
export class TeapotServer {
  readonly calls: { path: string; query: URLSearchParams }[] = [];
  readonly accounts = new Map<string, TeaAccount>();
  /** In place of what is true; asked before every answer. */
  instead: (call: TeaCall) => Answerer | null = () => null;

  private constructor(private readonly server: Server) {}

  static async open(): Promise<TeapotServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const teapot = new TeapotServer(server);
    server.on('request', (request, response) => teapot.#answer(request, response));
    return teapot;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get settings(): ReadonlyMap<string, ProviderSettings> {
    const { baseUrl } = this;
    return new Map([
      ['teapot', { baseUrl, clientId: null, clientSecret: null, webhookSecrets: [] }],
    ]);
  }

  account(options: Partial<TeaAccount> = {}): TeaAccount {
    const account: TeaAccount = {
      id: `tea-${this.accounts.size + 1}`,
      key: plant('text'),
      zone: 'Europe/Berlin',
      currency: 'EUR',
      pots: [],
      refills: [],
      kettles: 3,
      pageSize: 10,
      ...options,
    };
    this.accounts.set(account.key, account);
    return account;
  }

  /** First days that pots were asked for, in the order asked. */
  get potSlices(): number[] {
    const froms = this.calls
      .filter(({ path, query }) => path === '/pots' && !query.has('after'))
      .map(({ query }) => Number(query.get('from')));
    return froms;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://teapot');
    const key = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    const account = this.accounts.get(key);
    if (account === undefined) return json(response, 401, {});
    const call = { path: url.pathname, query: url.searchParams, account };
    this.calls.push(call);
    const other = this.instead(call);
    if (other !== null) return other(request, response);
    return truly(call)(request, response);
  }
}

export interface TeaAccount {
  id: string;
  key: string;
  zone: string;
  currency: string;
  pots: Pot[];
  refills: { at: number; note: string }[];
  kettles: number;
  pageSize: number;
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** What is true. */
export function truly(call: TeaCall): Answerer {
  return (_, response) => json(response, 200, bodyOf(call));
}

function bodyOf({ path, query, account }: TeaCall) {
  const { id, zone, currency, kettles } = account;
  switch (path) {
    case '/account':
      return { id, name: 'The Teapot', zone, currency };
    case '/kettles':
      return { full: kettles };
    case '/refills':
      return pageOf(account.refills, 'refills', query, account.pageSize);
    case '/pots': {
      const [from, to] = [Number(query.get('from')), Number(query.get('to'))];
      const sold = account.pots.filter(({ at }) => at >= from && at <= to);
      return pageOf(sold, 'pots', query, account.pageSize);
    }
    default:
      return {};
  }
}

function pageOf(all: readonly unknown[], name: string, query: URLSearchParams, size: number) {
  const from = Number(query.get('after') ?? 0);
  const next = from + size < all.length ? String(from + size) : null;
  return { [name]: all.slice(from, from + size), next };
}
