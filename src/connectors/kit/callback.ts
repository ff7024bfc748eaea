import type { Secret } from '../../kernel/secret.js';

/** The way back from a consent page, as the browser brought it. */
export interface Callback {
  /** The query exactly as it came, without `?`: signatures are over it. */
  rawQuery: string;
  /** What the connection was begun with: `{ shop: 'blue.myshopify.com' }`. */
  params: Readonly<Record<string, string>>;
  clientSecret: Secret;
  nowMs: number;
}

/**
 * - `connect_callback_forged`: the provider did not sign it.
 * - `connect_callback_stale`: it did, and too long ago.
 * - `connect_callback_foreign`: it is about another account than the connection was begun for.
 */
export type CallbackFault =
  'connect_callback_forged' | 'connect_callback_stale' | 'connect_callback_foreign';

/** Constant time where it compares signatures. */
export type CheckCallback = (callback: Callback) => 'ok' | CallbackFault;
