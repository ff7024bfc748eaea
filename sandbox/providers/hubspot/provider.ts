import { randomUUID } from 'node:crypto';
import { CRM_ACCOUNTS } from '../../business/crm/accounts.js';
import { crmTruth } from '../../business/crm/truth.js';
import type { ErrorAnswer, ProviderModule, SandboxAccount } from '../../core/provider-module.js';
import { rateLimited } from './answers.js';
import { hubspotApp, VERSION } from './app.js';
import { mountHubSpotAuthorize } from './authorize.js';
import { Hubs } from './changes.js';
import { answerRefusals, mountApi } from './routes.js';
import { mountTokens } from './tokens.js';
import { delivery } from './webhook.js';

const ACCOUNTS: readonly SandboxAccount[] = CRM_ACCOUNTS.map(({ id, key, name }) => ({
  id: String(id),
  key,
  name,
  // Developers' test accounts are reached with the same app as all others.
  test: false,
}));

/** HubSpot as NuMoon sees it: one app, and hubs with deals and contacts. README.md says what is in it. */
export const provider: ProviderModule = {
  prefix: '',
  app: hubspotApp,
  start(stage) {
    const hubs = new Hubs(stage);
    return {
      accounts: () => ACCOUNTS,
      account: (wanted) => ACCOUNTS.find(({ key, id }) => key === wanted || id === wanted) ?? null,
      routes(scope) {
        answerRefusals(scope);
        mountHubSpotAuthorize(scope, stage, ACCOUNTS);
        mountTokens(scope, stage);
        mountApi(scope, stage, hubs);
      },
      errorAnswer,
      truth(account) {
        const now = stage.clock.now();
        const { book } = hubs.of(account.id);
        return {
          asOf: new Date(now).toISOString(),
          timeZone: book.account.zone,
          metrics: crmTruth(book, now),
        };
      },
      act: (account, action) => hubs.change(account.id, action),
      webhook: (account, order) =>
        delivery(Number(account.id), order, stage.app.clientSecret, stage.clock.real()),
    };
  },
};

function errorAnswer(status: number, path: string): ErrorAnswer {
  if (status === 429) {
    const isSearch = path.endsWith('/search');
    return rateLimited(isSearch ? 'SECONDLY' : 'TEN_SECONDLY_ROLLING', isSearch ? {} : SPENT);
  }
  const message = status < 500 ? 'There was a problem with the request.' : 'internal error';
  const category = status < 500 ? 'VALIDATION_ERROR' : 'INTERNAL_ERROR';
  const isOAuth = path.startsWith(`/oauth/${VERSION}`);
  const body = {
    status: isOAuth ? 'INTERNAL_ERROR' : 'error',
    message,
    correlationId: randomUUID(),
  };
  return { status, body: isOAuth ? body : { ...body, category } };
}

const SPENT = {
  'X-HubSpot-RateLimit-Max': '110',
  'X-HubSpot-RateLimit-Remaining': '0',
  'X-HubSpot-RateLimit-Interval-Milliseconds': '10000',
};
