import { giveConsent } from '../../sandbox/browser/give-consent.js';

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
  const stuck = await giveConsent(authorizeUrl, { account });
  if (stuck !== null) throw new Error(`${stuck.status}: ${stuck.text}`);
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

async function expect(status: number, answer: Response): Promise<unknown> {
  if (answer.status !== status) throw new Error(`${answer.status}: ${await answer.text()}`);
  return answer.json();
}
