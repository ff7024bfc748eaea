import type { Sandbox } from '../../sandbox/start.js';

export const REDIRECT = 'http://localhost:3000/oauth/callback/hubspot';
export const SCOPES = 'oauth crm.objects.contacts.read crm.objects.deals.read';

export interface Answer {
  status: number;
  headers: Headers;
  // Whatever the sandbox says; each test looks at what it is about.
  body: Record<string, never> & { [name: string]: unknown };
}

/** Speaks to the sandbox's HubSpot as an app does. */
export class HubSpotVisit {
  access = '';
  refresh = '';

  constructor(private readonly sandbox: Sandbox) {}

  get app(): { clientId: string; clientSecret: string } {
    const app = this.sandbox.settings.get('hubspot');
    if (app === undefined) throw new Error('The sandbox has no HubSpot.');
    return app;
  }

  get base(): string {
    return `${this.sandbox.url}/hubspot`;
  }

  authorize(query: Record<string, string>, path = '/oauth/authorize'): Promise<Response> {
    const url = `${this.base}${path}?${new URLSearchParams({
      client_id: this.app.clientId,
      redirect_uri: REDIRECT,
      scope: SCOPES,
      state: 'xyz',
      decision: 'approve',
      ...query,
    }).toString()}`;
    return fetch(url, { redirect: 'manual' });
  }

  async code(query: Record<string, string> = {}): Promise<string> {
    const answer = await this.authorize(query);
    const back = new URL(answer.headers.get('location') ?? '');
    return back.searchParams.get('code') ?? '';
  }

  token(fields: Record<string, string>, path = '/oauth/2026-03/token'): Promise<Answer> {
    const { clientId, clientSecret } = this.app;
    const form = { client_id: clientId, client_secret: clientSecret, ...fields };
    return this.call('POST', path, new URLSearchParams(form));
  }

  async connect(account: string, query: Record<string, string> = {}): Promise<Answer> {
    const answer = await this.token({
      grant_type: 'authorization_code',
      code: await this.code({ account, ...query }),
      redirect_uri: REDIRECT,
    });
    this.access = String(answer.body['access_token']);
    this.refresh = String(answer.body['refresh_token']);
    return answer;
  }

  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.call('POST', path, JSON.stringify(body), { 'content-type': 'application/json' });
  }

  async call(
    method: string,
    path: string,
    body?: string | URLSearchParams,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const bearer: Record<string, string> =
      this.access === '' ? {} : { authorization: `Bearer ${this.access}` };
    const answer = await fetch(`${this.base}${path}`, {
      method,
      headers: { ...bearer, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const text = await answer.text();
    const parsed = (text === '' ? {} : JSON.parse(text)) as Answer['body'];
    return { status: answer.status, headers: answer.headers, body: parsed };
  }

  /** Every record of a listing, page by page. */
  async listAll(path: string, query: Record<string, string>): Promise<ListedRecord[]> {
    const found: ListedRecord[] = [];
    let after: string | undefined;
    do {
      const page: Record<string, string> = { limit: '100', ...query };
      if (after !== undefined) page['after'] = after;
      const { body } = await this.get(`${path}?${new URLSearchParams(page).toString()}`);
      found.push(...(body['results'] as unknown as ListedRecord[]));
      after = (body['paging'] as unknown as Paging | undefined)?.next.after;
    } while (after !== undefined);
    return found;
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

export interface ListedRecord {
  id: string;
  properties: Record<string, string | null>;
  propertiesWithHistory?: Record<string, { value: string; timestamp: string }[]>;
  archived: boolean;
}

interface Paging {
  next: { after: string };
}
