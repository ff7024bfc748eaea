/** What the owner of an account does, at the product and on the consent page, until the account is connected. */
export interface ConnectedAccount {
  tenantId: string;
  integrationId: string;
  /** `performance.now()` when the last page came. */
  connectedAt: number;
}

/** Signs up, and connects one of the sandbox's accounts. */
export async function connectAccount(port: number, account: string): Promise<ConnectedAccount> {
  const base = `http://localhost:${port}`;
  const { id: tenantId, apiKey } = await signUp(base);
  const begun = await fetch(`${base}/v1/integrations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({ provider: 'stripe' }),
  });
  const { id, authorizeUrl } = (await expect(201, begun)) as { id: string; authorizeUrl: string };
  await consent(authorizeUrl, account);
  return { tenantId, integrationId: id, connectedAt: performance.now() };
}

async function signUp(base: string): Promise<{ id: string; apiKey: string }> {
  const answer = await fetch(`${base}/v1/signup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      organization: 'Bluebird Coffee',
      owner: {
        name: 'Ada Okafor',
        email: 'ada@bluebird.test',
        password: 'a long walk on the moon',
      },
    }),
  });
  const { tenant, apiKey } = (await expect(201, answer)) as {
    tenant: { id: string };
    apiKey: string;
  };
  return { id: tenant.id, apiKey };
}

/** Follows redirects one by one, with their cookies: the product knows the browser that comes back by one. */
async function consent(authorizeUrl: string, account: string): Promise<void> {
  const cookies = new Map<string, string>();
  let next = new URL(authorizeUrl);
  for (let hop = 0; hop < 10; hop += 1) {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const answer = await fetch(next, { redirect: 'manual', headers: { cookie } });
    for (const header of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = header.split(';', 1)[0]?.split('=') ?? [];
      cookies.set(name, value);
    }
    const to = answer.headers.get('location');
    if (to === null) {
      if (answer.status >= 400) throw new Error(`${answer.status}: ${await answer.text()}`);
      return;
    }
    next = new URL(to, next);
    if (!next.searchParams.has('redirect_uri')) continue;
    next.searchParams.set('decision', 'approve');
    next.searchParams.set('account', account);
  }
  throw new Error('Redirected without end.');
}

async function expect(status: number, answer: Response): Promise<unknown> {
  if (answer.status !== status) throw new Error(`${answer.status}: ${await answer.text()}`);
  return answer.json();
}
