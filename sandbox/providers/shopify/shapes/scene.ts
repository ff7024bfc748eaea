import type { OrderLife } from '../../../business/shop/order-life.js';
import type { ShopAccount } from '../../../business/shop/shops.js';
import type { Resolved } from '../graphql/execute.js';

/** What every shape is made in: one shop at one instant. */
export interface Scene {
  readonly shop: ShopAccount;
  /** ms. */
  readonly now: number;
  order(order: OrderLife): Resolved;
  customer(number: number): Resolved | null;
}
