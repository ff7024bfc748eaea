import type { Secret } from '../../kernel/secret.js';

/** A delivery exactly as it came. */
export interface Delivery {
  method: string;
  /** The full URL the provider was told to call: some sign it. */
  url: string;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  /** Before any parsing: signatures are over these bytes. */
  rawBody: Buffer;
  nowMs: number;
  /** Of our app at the provider: some deliveries say whom they are for. */
  clientId?: string;
}

export interface WebhookQuirks {
  /**
   * Whether one of the secrets signed it, and recently. Constant time. For `published-keys` the secrets
   * are the provider's public keys (PEM or JWK text).
   */
  verify(delivery: Delivery, secrets: readonly Secret[]): WebhookVerdict;
  /** What a verified delivery tells. One delivery may carry several events, of several accounts. */
  events(delivery: Delivery): readonly WebhookEvent[];
  /** Where the provider's public keys are; `published-keys` only. */
  keysUrl?: string;
}

export type WebhookVerdict = 'genuine' | 'forged' | 'stale';

/** A hint to read again; its content is never trusted. */
export interface WebhookEvent {
  /** Unique at the provider; a second one is dropped. */
  id: string;
  /** `Account.id`, or one of `Connector.knownAs`. */
  accountId: string;
  /**
   * - `changed`: these streams have something new (all where empty).
   * - `revoked`: access was taken back.
   * - `erase`: the provider asks us to erase what we hold of the account.
   * - `ignored`: answered and nothing more.
   */
  kind: 'changed' | 'revoked' | 'erase' | 'ignored';
  streams: readonly string[];
  /**
   * ms since 1970, where the provider says when it happened: `revoked` and `erase` concern no connection
   * that was made after it. They may be late, and the account connected anew.
   */
  before?: number;
}
