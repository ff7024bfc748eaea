import { createHash } from 'node:crypto';
import { type Sandbox, startSandbox } from '../../sandbox/start.js';

export const REDIRECT = 'http://localhost:3000/oauth/callback/google-analytics';
export const READONLY = 'https://www.googleapis.com/auth/analytics.readonly';
export const VERIFIER = 'v'.repeat(64);

/** Two of the owner's properties. */
export const WEB = 310_000_001;
export const SHOP = 310_000_002;

export const NOW = Date.parse('2026-11-25T12:00:00Z');
export const JULY = [{ startDate: '2026-07-01', endDate: '2026-07-31' }];

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

export interface Row {
  dimensionValues: { value: string }[];
  metricValues: { value: string }[];
}

/** Speaks to the sandbox's Google as an app does. */
export class GoogleVisit {
  access = '';
  refresh = '';

  constructor(readonly sandbox: Sandbox) {}

  /** Who owns both properties, in a sandbox of their own. */
  static async ofOwner(): Promise<GoogleVisit> {
    const owner = new GoogleVisit(await startSandbox({ now: () => NOW }));
    await owner.connect('owner');
    return owner;
  }

  get app(): { clientId: string; clientSecret: string } {
    const app = this.sandbox.settings.get('google-analytics');
    if (app === undefined) throw new Error('The sandbox has no Google Analytics.');
    return app;
  }

  get base(): string {
    return `${this.sandbox.url}/google-analytics`;
  }

  authorize(query: Record<string, string> = {}): Promise<Response> {
    const all = new URLSearchParams({
      client_id: this.app.clientId,
      redirect_uri: REDIRECT,
      response_type: 'code',
      scope: `openid email ${READONLY}`,
      state: 'xyz',
      access_type: 'offline',
      prompt: 'consent',
      include_granted_scopes: 'false',
      code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
      code_challenge_method: 'S256',
      decision: 'approve',
      ...query,
    });
    return fetch(`${this.base}/o/oauth2/v2/auth?${all.toString()}`, { redirect: 'manual' });
  }

  async code(query: Record<string, string> = {}): Promise<string> {
    const answer = await this.authorize(query);
    return new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
  }

  token(fields: Record<string, string>, path = '/token'): Promise<Answer> {
    const { clientId, clientSecret } = this.app;
    const form = { client_id: clientId, client_secret: clientSecret, ...fields };
    return this.call('POST', path, new URLSearchParams(form));
  }

  async connect(account: string, query: Record<string, string> = {}): Promise<Answer> {
    const answer = await this.exchange(await this.code({ account, ...query }));
    this.access = String(answer.body['access_token']);
    this.refresh = String(answer.body['refresh_token']);
    return answer;
  }

  exchange(code: string, fields: Record<string, string> = {}): Promise<Answer> {
    return this.token({
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT,
      code_verifier: VERIFIER,
      ...fields,
    });
  }

  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.call('POST', path, JSON.stringify(body));
  }

  report(property: number, body: unknown): Promise<Answer> {
    return this.post(`/v1beta/properties/${property}:runReport`, body);
  }

  async call(method: string, path: string, body?: string | URLSearchParams): Promise<Answer> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.access}` };
    if (typeof body === 'string') headers['content-type'] = 'application/json';
    const answer = await fetch(`${this.base}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    return { status: answer.status, body: (await answer.json()) as Answer['body'] };
  }

  async admin(path: string, body?: unknown): Promise<unknown> {
    const url = `${this.sandbox.url}/_sandbox/${path}`;
    const headers = { 'content-type': 'application/json' };
    const answer = await (body === undefined
      ? fetch(url)
      : fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }));
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return answer.json();
  }
}

/** What it says is wrong, in Google's words. */
export function messageOf({ body }: Answer): string | undefined {
  return (body['error'] as { message: string } | undefined)?.message;
}

/** Asks for names as a report wants them. */
export function named(...names: string[]): { name: string }[] {
  return names.map((name) => ({ name }));
}

export function rowsOf(answer: Answer): Row[] {
  return (answer.body['rows'] ?? []) as Row[];
}
