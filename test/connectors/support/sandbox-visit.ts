import type { Account } from '../../../src/connectors/kit/account.js';
import { Budgets } from '../../../src/connectors/kit/calls/budgets.js';
import type { Connector } from '../../../src/connectors/kit/connector.js';
import { beginConsent } from '../../../src/connectors/kit/oauth/begin-consent.js';
import { exchangeCode } from '../../../src/connectors/kit/oauth/exchange-code.js';
import type { ProviderClient } from '../../../src/connectors/kit/provider-client.js';
import type { Tokens } from '../../../src/connectors/kit/tokens.js';
import type { Provider } from '../../../src/connectors/providers.js';
import { HttpClient } from '../../../src/infrastructure/http-client/http-client.js';
import { Secret } from '../../../src/kernel/secret.js';
import { type Sandbox, startSandbox } from '../../../sandbox/start.js';
import { clientFor } from '../kit-calls/calling.js';

/** Whose consent is given, and which of the accounts it shows is read. */
const VISITS: Readonly<Record<string, { consent: string; params: Record<string, string> }>> = {
  stripe: { consent: 'main', params: {} },
  hubspot: { consent: 'acme', params: {} },
  'google-analytics': { consent: 'owner', params: {} },
  shopify: { consent: 'blue', params: { shop: 'numoon-blue.myshopify.com' } },
};

/** A connection made with the kit alone: no database, no engine, and the sandbox at the other end. */
export interface SandboxVisit {
  connector: Connector;
  client: ProviderClient;
  account: Account;
  tokens: Tokens;
  /** Where the browser was sent for consent. */
  consentUrl: URL;
  close(): Promise<void>;
}

export async function visitSandbox(id: string, connector: Connector): Promise<SandboxVisit> {
  const sandbox = await startSandbox({ seed: 'contract' });
  return { ...(await visit(sandbox, id, connector)), close: () => sandbox.close() };
}

/** As `visitSandbox`, of a sandbox that others visit too. */
export async function visit(
  sandbox: Sandbox,
  id: string,
  connector: Connector,
): Promise<Omit<SandboxVisit, 'close'>> {
  const { consent, params } = VISITS[id] ?? { consent: '', params: {} };
  const { app, provider } = registered(sandbox, id, connector);
  const { auth } = connector.facts;
  if (auth.kind !== 'oauth2') throw new Error(`${id} asks for no consent.`);
  const redirectUri = `http://localhost:3000/oauth/callback/${id}`;
  const flow = { provider, facts: auth, app, params, redirectUri, state: 'some-state' };
  const { url, verifier } = await beginConsent(flow);
  const answer = await fetch(`${url}&decision=approve&account=${consent}`, { redirect: 'manual' });
  const code = new URL(answer.headers.get('location') ?? 'none:').searchParams.get('code');
  if (code === null) throw new Error(`${id} gave no code: ${answer.status}.`);
  const http = new HttpClient();
  const tokens = await exchangeCode(http, flow, { code: new Secret(code), verifier });
  const client = clientFor(provider, {
    params,
    http,
    scopes: tokens.scopes,
    authorizer: {
      access: async () => ({ token: tokens.accessToken, version: 1 }),
      refused: async () => {
        throw new Error('The sandbox refused the token it gave.');
      },
    },
    // As fast as the sandbox lets us: how calls are paced is tested elsewhere.
    budget: new Budgets().of(id, 'acct', {
      account: { perSecond: 1_000, burst: 1_000 },
      paths: [],
      concurrent: 4,
    }),
  });
  const [account] = await connector.accounts(client, tokens.grant);
  if (account === undefined) throw new Error(`${id} shows no account.`);
  return {
    connector,
    client,
    account,
    tokens,
    consentUrl: new URL(url),
  };
}

function registered(sandbox: Sandbox, id: string, connector: Connector) {
  const settings = sandbox.settings.get(id);
  if (settings === undefined) throw new Error(`The sandbox has no ${id}.`);
  const app = { clientId: settings.clientId, clientSecret: new Secret(settings.clientSecret) };
  const setup = { baseUrl: settings.baseUrl, ...app, webhookSecrets: [] };
  const provider: Provider = { id, connector, setup };
  return { app, provider };
}
