import type { Sandbox } from '../../../sandbox/start.js';

export const CALLBACK = 'http://127.0.0.1:3999/oauth/callback';

/** Follows nothing: the sandbox's redirect is the answer. */
export async function visit(url: string): Promise<Response> {
  return fetch(url, { redirect: 'manual' });
}

export interface StripePair {
  access_token: string;
  refresh_token: string;
  stripe_user_id: string;
  livemode: boolean;
}

/** The app's own key as HTTP Basic, as Stripe wants it. */
export function basic(secret: string): string {
  return `Basic ${Buffer.from(`${secret}:`).toString('base64')}`;
}

export function stripeApp(
  sandbox: Sandbox,
  mode: 'live' | 'test' = 'live',
): {
  baseUrl: string;
  clientId: string;
  clientSecret: string;
  webhookSecrets: readonly string[];
} {
  const app = (mode === 'live' ? sandbox.settings : sandbox.testSettings).get('stripe');
  if (app === undefined) throw new Error('The sandbox has no Stripe.');
  return app;
}

export async function stripeCode(
  sandbox: Sandbox,
  account = 'main',
  mode: 'live' | 'test' = 'live',
): Promise<string> {
  const app = stripeApp(sandbox, mode);
  const query = new URLSearchParams({
    client_id: app.clientId,
    redirect_uri: `${CALLBACK}/stripe`,
    state: 'some state',
    decision: 'approve',
    account,
  });
  const answer = await visit(`${app.baseUrl}/oauth/v2/authorize?${query.toString()}`);
  const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code');
  if (code === null) throw new Error('No code came back.');
  return code;
}

export async function stripeToken(
  sandbox: Sandbox,
  form: Record<string, string>,
  mode: 'live' | 'test' = 'live',
): Promise<{ status: number; body: Record<string, unknown> }> {
  const app = stripeApp(sandbox, mode);
  const answer = await fetch(`${app.baseUrl}/v1/oauth/token`, {
    method: 'POST',
    headers: {
      authorization: basic(app.clientSecret),
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams(form).toString(),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

export async function connectStripe(
  sandbox: Sandbox,
  account = 'main',
  mode: 'live' | 'test' = 'live',
): Promise<StripePair> {
  const code = await stripeCode(sandbox, account, mode);
  const { body } = await stripeToken(sandbox, { grant_type: 'authorization_code', code }, mode);
  return body as unknown as StripePair;
}

export async function stripeGet(
  sandbox: Sandbox,
  token: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }> {
  const answer = await fetch(`${stripeApp(sandbox).baseUrl}${path}`, {
    headers: {
      authorization: `Bearer ${token}`,
      'stripe-version': '2026-07-29.dahlia',
      ...headers,
    },
  });
  const body = (await answer.json()) as Record<string, unknown>;
  return { status: answer.status, headers: answer.headers, body };
}

/** Every object of a list, page by page; waits where it is told to. */
export async function stripeAll(
  sandbox: Sandbox,
  token: string,
  path: string,
): Promise<Record<string, unknown>[]> {
  const all: Record<string, unknown>[] = [];
  for (;;) {
    const last = all.at(-1)?.['id'];
    const after = last === undefined ? '' : `&starting_after=${String(last)}`;
    const mark = path.includes('?') ? '&' : '?';
    const { status, body } = await stripeGet(sandbox, token, `${path}${mark}limit=100${after}`);
    if (status === 429) {
      await new Promise((wake) => setTimeout(wake, 200));
      continue;
    }
    if (status !== 200) throw new Error(`${path} answered ${status}.`);
    all.push(...(body['data'] as Record<string, unknown>[]));
    if (body['has_more'] !== true) return all;
  }
}

/** Something of `/_sandbox`. */
export async function told(
  sandbox: Sandbox,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(`${sandbox.url}/_sandbox${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}
