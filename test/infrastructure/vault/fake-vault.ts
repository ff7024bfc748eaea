import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { VaultClient } from '../../../src/infrastructure/vault/vault-client.js';
import type { VaultClientOptions } from '../../../src/infrastructure/vault/vault-client.js';
import { Secret } from '../../../src/kernel/secret.js';

export const TOKEN = 's.canary-token-of-the-test';

export interface Asked {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** Answers itself, or leaves it to the default: everything is well. */
export type Answer = (asked: Asked, response: ServerResponse) => 'default' | void;

export interface FakeVault {
  address: string;
  /** All requests so far; `about` those whose path holds the text. */
  asked: Asked[];
  about(path: string): Asked[];
  /** The most that were open at one time. */
  mostAtOnce(): number;
  answer(answer: Answer): void;
  /** On this server; closed with it. */
  client(options?: Partial<VaultClientOptions>): VaultClient;
  stop(): Promise<void>;
}

/** For faults that a real Vault does not make on demand. Knows health, its token, and nothing else. */
export async function startFakeVault(
  given: Answer = () => 'default',
  tls?: { key: string; cert: string },
): Promise<FakeVault> {
  let answer = given;
  let open = 0;
  let most = 0;
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  const clients: VaultClient[] = [];
  const listener: RequestListener = (request, response) => {
    open += 1;
    most = Math.max(most, open);
    response.on('close', () => (open -= 1));
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
      asked.push(one);
      if (answer(one, response) === 'default') allIsWell(one, response);
    });
  };
  const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const address = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  return {
    address,
    asked,
    about: (path) => asked.filter(({ url }) => url.includes(path)),
    mostAtOnce: () => most,
    answer: (next) => void (answer = next),
    client: (options = {}) => {
      const credentials = { kind: 'token' as const, token: new Secret(TOKEN) };
      const client = new VaultClient({ address, credentials, ...options });
      clients.push(client);
      return client;
    },
    stop: async () => {
      await Promise.all(clients.map((client) => client.close()));
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

export function reply(response: ServerResponse, status: number, body: unknown = {}): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** What a call about data is answered with; health and the token stay as they are. */
export function onData(status: number, body: unknown = {}): Answer {
  return ({ url }, response) =>
    url.startsWith('/v1/kv/') ? reply(response, status, body) : 'default';
}

export const HEALTHY = { initialized: true, sealed: false, standby: false };

function allIsWell({ url }: Asked, response: ServerResponse): void {
  if (url === '/v1/sys/health') reply(response, 200, HEALTHY);
  else if (url === '/v1/auth/token/lookup-self') {
    reply(response, 200, { data: { ttl: 0, renewable: false } });
  } else reply(response, 200, { data: { url } });
}

/** A call about data. */
export const READ = { operation: 'test.read', method: 'GET', path: 'kv/data/a' } as const;
