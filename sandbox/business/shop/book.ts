import { applyChange } from './changes.js';
import { makeOrdersOf } from './make-orders.js';
import { type OrderLife, updatedAt } from './order-life.js';
import { DAY_MS, SHOP_START, type ShopAccount } from './shops.js';

export interface ShopCustomer {
  number: number;
  created: number;
  /** By the time they were placed. */
  orders: readonly OrderLife[];
}

/** All that happened at one shop. */
export class ShopBook {
  #orders: OrderLife[] = [];
  #through = -1;
  #customers = 0;

  constructor(
    readonly shop: ShopAccount,
    private readonly seed: string,
    private readonly changes: () => readonly Readonly<Record<string, unknown>>[],
  ) {}

  /** After a change: everything is made anew. */
  forget(): void {
    this.#orders = [];
    this.#through = -1;
    this.#customers = 0;
  }

  /** Orders that are there at an instant, in the order they were made. */
  orders(now: number): readonly OrderLife[] {
    this.#makeThrough(Math.floor((now - SHOP_START) / DAY_MS));
    return this.#orders.filter(
      (order) => order.created <= now && (order.deletedAt === null || order.deletedAt > now),
    );
  }

  customers(now: number): ReadonlyMap<number, ShopCustomer> {
    const found = new Map<number, ShopCustomer & { orders: OrderLife[] }>();
    for (const order of this.orders(now)) {
      if (order.customer === null) continue;
      const known = found.get(order.customer);
      if (known !== undefined) known.orders.push(order);
      else {
        found.set(order.customer, {
          number: order.customer,
          created: order.created,
          orders: [order],
        });
      }
    }
    for (const { orders } of found.values()) {
      orders.sort((a, b) => a.processed - b.processed || a.number - b.number);
    }
    return found;
  }

  updatedAt(order: OrderLife, now: number): number {
    return updatedAt(order, now);
  }

  #makeThrough(day: number): void {
    if (day <= this.#through) return;
    // From the beginning, so that numbers do not depend on when somebody looked.
    this.forget();
    for (let next = 0; next <= day; next += 1) {
      const first = 1_001 + this.#orders.length;
      const made = makeOrdersOf(this.shop, this.seed, next, first, this.#customers);
      this.#orders.push(...made.orders);
      this.#customers = made.customers;
    }
    this.#through = day;
    for (const change of this.changes()) applyChange(this.shop, this.#orders, change);
    this.#orders.sort((a, b) => a.created - b.created || a.number - b.number);
  }
}
