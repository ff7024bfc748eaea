import { createHash } from 'node:crypto';
import type {
  ProviderModule,
  RunningProvider,
  SandboxAccount,
} from '../../core/provider-module.js';
import { SandboxError } from '../../core/sandbox-error.js';
import { ShopBook } from '../../business/shop/book.js';
import { readShopChange } from '../../business/shop/changes.js';
import { type ShopAccount, SHOPS } from '../../business/shop/shops.js';
import { shopTruth } from '../../business/shop/truth.js';
import { shopifyFailure } from './failures.js';
import { mountShopifyOAuth, type ShopOf } from './oauth.js';
import { mountShopifyApi } from './routes.js';
import { shopifyDelivery } from './webhook.js';

/** Shopify: two shops at two hosts, OAuth of a shop, the Admin API's reading side, webhooks. */
export const provider: ProviderModule = {
  prefix: '/:host',
  app: (seed) => {
    const made = (what: string): string =>
      createHash('sha256').update(`${seed} shopify ${what}`).digest('hex');
    const clientSecret = `shpss_${made('secret').slice(0, 32)}`;
    // Webhooks are signed with the app's own secret.
    return { clientId: made('client').slice(0, 32), clientSecret, webhookSecrets: [clientSecret] };
  },
  start(stage): RunningProvider {
    const books = new Map(
      SHOPS.map((shop) => [
        shop.host,
        new ShopBook(shop, stage.seed, () => stage.changes(shop.host)),
      ]),
    );
    const needBook = (account: SandboxAccount): ShopBook => {
      const book = books.get(account.id);
      if (book === undefined) throw new SandboxError(404, `There is no shop ${account.id}.`);
      return book;
    };
    return {
      accounts: () => SHOPS.map(asChoice),
      account: (keyOrId) => {
        const found = SHOPS.find(({ key, host }) => key === keyOrId || host === keyOrId);
        return found === undefined ? null : asChoice(found);
      },
      routes(scope) {
        mountShopifyOAuth(scope, stage, shopOf);
        mountShopifyApi(scope, stage, shopOf, (host) => books.get(host) ?? null);
      },
      errorAnswer: shopifyFailure,
      truth: (account) => shopTruth(needBook(account), stage.clock.now()),
      act(account, action) {
        const book = needBook(account);
        const now = stage.clock.now();
        const number = stage.changes(account.id).length;
        const change = readShopChange(action, book.orders(now), now, number);
        stage.remember(account.id, { ...change });
        book.forget();
        return change;
      },
      webhook: (account, order) =>
        shopifyDelivery(needBook(account).shop, stage.app, order, stage.clock.real()),
    };
  },
};

const shopOf: ShopOf = (request) => {
  const { host } = request.params as { host?: string };
  const found = SHOPS.find((shop) => shop.host === host?.toLowerCase());
  return found === undefined ? null : asChoice(found);
};

function asChoice({ key, host, name, development }: ShopAccount): SandboxAccount {
  return { key, id: host, name, test: development };
}
