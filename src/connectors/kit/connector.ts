import type { Secret } from '../../kernel/secret.js';
import type { Account } from './account.js';
import type { ProviderFacts } from './facts.js';
import type { MetricDefinition } from './metric.js';
import type { CheckCallback } from './callback.js';
import type { BudgetNews, ProviderAnswer, ProviderClient, Verdict } from './provider-client.js';
import type { Stream } from './stream.js';
import type { TokenQuirks } from './tokens.js';
import type { WebhookQuirks } from './webhooks.js';

/**
 * A provider as one value: facts as data, what differs as small functions. Found by its folder's name
 * (`src/connectors/<id>/connector.ts` exports it as `connector`); nothing outside the folder names it.
 */
export interface Connector {
  facts: ProviderFacts;
  metrics: readonly MetricDefinition[];
  // oxlint-disable-next-line no-explicit-any -- each stream knows the types of its own rows and context
  streams: readonly Stream<any, any>[];
  tokens: TokenQuirks;
  /**
   * The accounts this grant may read, in the order to offer them; one is taken without asking.
   *
   * @param grant what the token answer said beside the tokens (`stripe_user_id`, `hub_id`)
   */
  accounts(client: ProviderClient, grant: Readonly<Record<string, string>>): Promise<Account[]>;
  /** Reads the connected account anew: zone, currency, whether it still is there. */
  refreshAccount(client: ProviderClient, account: Account): Promise<Account>;
  /** Where an answer means something else than its status says. Null: as the kit takes it. */
  judge?(answer: ProviderAnswer): Verdict | null;
  /** What the answer tells about limits. */
  budget?(answer: ProviderAnswer): BudgetNews | null;
  /** What the provider adds to the way back from its consent page, to be checked before the code is used. */
  checkCallback?: CheckCallback;
  webhooks: WebhookQuirks | null;
  /** What else webhooks call the account by, beside `Account.id`; also the login, where revocation ends that. */
  knownAs?(account: Account, grant: Readonly<Record<string, string>>): readonly string[];
  /**
   * How our access is ended at the provider, in order; each is tried even where one before it failed.
   * `facts.revocationEnds` says whose access that is.
   */
  revoke(grant: RevokeInput): readonly RevokeCall[];
}

export interface RevokeInput {
  account: Account;
  params: Readonly<Record<string, string>>;
  grant: Readonly<Record<string, string>>;
  accessToken: Secret;
  refreshToken: Secret | null;
  clientId: string;
  clientSecret: Secret;
}

export interface RevokeCall {
  method: 'POST' | 'DELETE';
  url: string;
  headers: Readonly<Record<string, string | Secret>>;
  body: { form: Readonly<Record<string, string | Secret>> } | { json: unknown } | null;
  /** Whether this answer means that access has ended (or had before). */
  isDone(status: number, body: unknown): boolean;
}
