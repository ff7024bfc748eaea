import { createHash } from 'node:crypto';
import type {
  ProviderModule,
  RunningProvider,
  SandboxAccount,
  Truth,
} from '../../core/provider-module.js';
import { SandboxError } from '../../core/sandbox-error.js';
import {
  type PaymentsAccount,
  PAYMENTS_ACCOUNTS,
  sizedAccount,
} from '../../business/payments/accounts.js';
import { PaymentsBook } from '../../business/payments/book.js';
import { paymentsTruth } from '../../business/payments/truth.js';
import { readChange } from './act.js';
import type { Changes } from './events.js';
import { failureOf } from './errors.js';
import { mountStripeOAuth } from './oauth.js';
import { mountStripeApi } from './routes.js';
import { stripeDelivery } from './webhook.js';

/** Stripe: App OAuth, the API's reading side, events and webhooks. */
export const provider: ProviderModule = {
  prefix: '',
  app: (seed) => appOf(seed, 'live'),
  testApp: (seed) => appOf(seed, 'test'),
  start(stage): RunningProvider {
    const books = new Map<string, PaymentsBook>();
    const bookOf = (id: string): PaymentsBook | null => {
      const known = books.get(id);
      if (known !== undefined) return known;
      const account = find(id);
      if (account === null) return null;
      const book = new PaymentsBook(account, stage.seed, () => stage.changes(account.id));
      books.set(account.id, book);
      return book;
    };
    const needBook = (account: SandboxAccount): PaymentsBook => {
      const book = bookOf(account.id);
      if (book === null) throw new SandboxError(404, `There is no account ${account.id}.`);
      return book;
    };
    const seconds = (): number => Math.floor(stage.clock.now() / 1_000);
    // One is asked for many times over, by metric.
    let last: { key: string; truth: Truth } | null = null;
    const listed = PAYMENTS_ACCOUNTS.map(asChoice);
    return {
      accounts: () => listed,
      account: (keyOrId) => {
        const found = find(keyOrId);
        return found && asChoice(found);
      },
      routes(scope) {
        mountStripeOAuth(scope, stage, {
          listed: (live) => listed.filter((account) => account.test !== live),
          find: (keyOrId) => {
            const found = find(keyOrId);
            return found && asChoice(found);
          },
        });
        mountStripeApi(scope, stage, {
          of: bookOf,
          events: (id) => stage.changes(id) as unknown as Changes,
        });
      },
      errorAnswer: failureOf,
      truth(account) {
        const key = `${account.id} ${seconds()} ${stage.changes(account.id).length}`;
        if (last?.key !== key) last = { key, truth: paymentsTruth(needBook(account), seconds()) };
        return last.truth;
      },
      act(account, action) {
        const book = needBook(account);
        const number = stage.changes(account.id).length;
        const change = readChange(book, action, seconds(), number);
        stage.remember(account.id, { ...change });
        book.forget();
        return change;
      },
      webhook(account, order) {
        const { account: about } = needBook(account);
        const app = about.live ? stage.app : (stage.testApp ?? stage.app);
        return stripeDelivery(about, app, order, {
          businessMs: stage.clock.now(),
          realMs: stage.clock.real(),
        });
      },
    };
  },
};

function find(keyOrId: string): PaymentsAccount | null {
  const known = PAYMENTS_ACCOUNTS.find(({ key, id }) => key === keyOrId || id === keyOrId);
  return known ?? sizedAccount(keyOrId);
}

function asChoice({ key, id, name, live }: PaymentsAccount): SandboxAccount {
  return { key, id, name, test: !live };
}

function appOf(
  seed: string,
  mode: 'live' | 'test',
): { clientId: string; clientSecret: string; webhookSecrets: string[] } {
  const made = (what: string): string =>
    createHash('sha256').update(`${seed} stripe ${mode} ${what}`).digest('hex');
  return {
    clientId: `ca_${made('client').slice(0, 32)}`,
    clientSecret: `sk_${mode}_${made('secret').slice(0, 48)}`,
    webhookSecrets: [`whsec_${made('webhook').slice(0, 32)}`],
  };
}
