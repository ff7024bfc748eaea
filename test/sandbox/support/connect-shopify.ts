import type { Sandbox } from '../../../sandbox/start.js';
import { CALLBACK, visit } from './connect.js';

export const BLUE = 'numoon-blue.myshopify.com';

export const SCOPES =
  'read_orders,read_all_orders,read_products,read_customers,read_shopify_payments_disputes';

export function shopUrl(sandbox: Sandbox, host = BLUE): string {
  return (sandbox.settings.get('shopify')?.baseUrl ?? '').replace('{host}', host);
}

export async function shopifyCallback(
  sandbox: Sandbox,
  query: Record<string, string> = {},
  host = BLUE,
): Promise<{ status: number; url: URL | null; text: string }> {
  const app = sandbox.settings.get('shopify');
  const parameters = new URLSearchParams({
    client_id: app?.clientId ?? '',
    redirect_uri: `${CALLBACK}/shopify`,
    scope: SCOPES,
    state: 'a b+c',
    'grant_options[]': '',
    decision: 'approve',
    ...query,
  });
  const answer = await visit(
    `${shopUrl(sandbox, host)}/admin/oauth/authorize?${parameters.toString()}`,
  );
  const location = answer.headers.get('location');
  return {
    status: answer.status,
    url: location === null ? null : new URL(location),
    text: await answer.text(),
  };
}

export async function shopifyToken(
  sandbox: Sandbox,
  body: Record<string, unknown>,
  host = BLUE,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const app = sandbox.settings.get('shopify');
  const answer = await fetch(`${shopUrl(sandbox, host)}/admin/oauth/access_token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_id: app?.clientId, client_secret: app?.clientSecret, ...body }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

export async function connectShopify(
  sandbox: Sandbox,
  query: Record<string, string> = {},
  host = BLUE,
): Promise<Record<string, string>> {
  const { url } = await shopifyCallback(sandbox, query, host);
  const code = url?.searchParams.get('code');
  const { body } = await shopifyToken(sandbox, { code, expiring: '1' }, host);
  return body as Record<string, string>;
}

export async function ask(
  sandbox: Sandbox,
  token: string,
  query: string,
  variables: Record<string, unknown> = {},
  host = BLUE,
): Promise<{ status: number; body: Record<string, unknown>; errors: Record<string, unknown>[] }> {
  const answer = await fetch(`${shopUrl(sandbox, host)}/admin/api/2026-07/graphql.json`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-shopify-access-token': token },
    body: JSON.stringify({ query, variables }),
  });
  const body = (await answer.json()) as Record<string, unknown>;
  const errors = (body['errors'] ?? []) as Record<string, unknown>[];
  return { status: answer.status, body, errors: Array.isArray(errors) ? errors : [errors] };
}
