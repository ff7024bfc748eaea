import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { noteSecret } from '../../../support/canaries/registry.js';

/** Something else than the pair that was asked for. `lost`: the deed is done and the connection cut. */
export type Mischief =
  | { status: number; body: unknown; headers?: Record<string, string> }
  | 'lost'
  | 'cut-in-half'
  | 'never-answered';

interface Generation {
  access: string;
  refresh: string;
}

/**
 * A token URL on loopback with one-time refresh tokens. The one before may be used again until its
 * replacement is used; that gives another replacement and ends the first. Anything older that is
 * used ends everything: somebody has stolen tokens, it seems.
 */
export interface RotatingProvider {
  url: string;
  /** Uses of the newest refresh token: what changed the state. */
  rotations: number;
  /** Uses of the one before it. */
  replays: number;
  /** All calls of the token URL. */
  calls: number;
  /** An old token was used: nothing works any more. */
  lost: boolean;
  first: Generation;
  /** Forms of the calls, newest last. */
  forms: URLSearchParams[];
  /** Whether an API call with this token is answered; it uses the replacement. */
  takes(access: string): boolean;
  /** What to do with the next calls, one each, before the rule below counts. */
  next: (Mischief | 'as-usual')[];
  /** For every other call. */
  otherwise: () => Mischief | 'as-usual';
  /** Also for those that are told to fail: whether the deed is done before. */
  close(): Promise<void>;
}

export interface RotatingOptions {
  expiresInSeconds?: number;
  /** False: the old token is dead at once. */
  grace?: boolean;
  /** False: a refresh gives an access token alone. */
  rotates?: boolean;
  /** Whether the run looks for its tokens wherever they must not be; not for thousands of them. */
  watched?: boolean;
}

export async function startRotatingProvider(
  options: RotatingOptions = {},
): Promise<RotatingProvider> {
  const { expiresInSeconds = 3_600, grace = true, rotates = true, watched = true } = options;
  const generation = (): Generation => {
    const pair = newPair();
    if (watched) for (const token of Object.values(pair)) noteSecret('token', token);
    return pair;
  };
  let current = generation();
  let previous: Generation | null = null;
  let inUse = true;

  const provider: RotatingProvider = {
    url: '',
    rotations: 0,
    replays: 0,
    calls: 0,
    lost: false,
    first: current,
    forms: [],
    next: [],
    otherwise: () => 'as-usual',
    takes(access) {
      if (provider.lost) return false;
      if (access === current.access) {
        inUse = true;
        return true;
      }
      return access === previous?.access;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  function rotate(refresh: string): Generation | null {
    if (provider.lost) return null;
    if (!rotates) {
      if (refresh !== current.refresh) return null;
      provider.rotations += 1;
      current = { access: generation().access, refresh };
      return current;
    }
    if (refresh === current.refresh) {
      provider.rotations += 1;
      previous = current;
      current = generation();
      inUse = false;
      return current;
    }
    if (grace && refresh === previous?.refresh && !inUse) {
      provider.replays += 1;
      current = generation();
      return current;
    }
    // Reuse of something that is over.
    provider.lost = grace;
    return null;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await textOf(request));
    provider.calls += 1;
    provider.forms.push(form);
    const mischief = provider.next.shift() ?? provider.otherwise();
    if (mischief === 'never-answered') return;
    if (typeof mischief === 'object') {
      send(response, mischief.status, mischief.body, mischief.headers);
      return;
    }
    const pair = rotate(form.get('refresh_token') ?? '');
    if (mischief === 'lost') {
      request.socket.destroy();
      return;
    }
    if (pair === null) {
      send(response, 400, { error: 'invalid_grant', error_description: 'Token is not active' });
      return;
    }
    const body = {
      access_token: pair.access,
      ...(rotates ? { refresh_token: pair.refresh } : {}),
      expires_in: expiresInSeconds,
      token_type: 'bearer',
      mill_id: 'mill_1',
    };
    if (mischief === 'cut-in-half') {
      const text = JSON.stringify(body);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(text.slice(0, text.length / 2));
      return;
    }
    send(response, 200, body);
  }

  const server = createServer((request, response) => {
    void answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  provider.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return provider;
}

function newPair(): Generation {
  return {
    access: `ppr_at_${randomBytes(18).toString('hex')}`,
    refresh: `ppr_rt_${randomBytes(18).toString('hex')}`,
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
