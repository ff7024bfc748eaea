import { canaryPerson } from '../../business/canary.js';
import type { ShopBook, ShopCustomer } from '../../business/shop/book.js';
import { totalOf } from '../../business/shop/make-payments.js';
import { disputeState, type OrderLife, transactionsOf } from '../../business/shop/order-life.js';
import { goodsOf, type ShopAccount } from '../../business/shop/shops.js';
import { Listing, type Resolved } from './graphql/execute.js';
import { readSearch, type Searchable } from './search.js';
import { productShape, variantShape } from './shapes/goods.js';
import { orderShape } from './shapes/order.js';
import { refundShape } from './shapes/payments.js';
import type { Scene } from './shapes/scene.js';
import { shopShape } from './shapes/shop.js';
import { disputeOf, financialStatus, fulfilmentStatus } from './shapes/states.js';
import {
  byNumber,
  customerNumber,
  decimal,
  gid,
  iso,
  numberOf,
  orderNumber,
} from './shapes/wire.js';

type Given = Readonly<Record<string, unknown>>;

/** The shop as one call sees it: at one instant, and no further back than it may look. */
export class View implements Scene {
  readonly orders: readonly OrderLife[];
  #customers: ReadonlyMap<number, ShopCustomer> | null = null;

  constructor(
    readonly book: ShopBook,
    readonly now: number,
    readonly scopes: readonly string[],
    private readonly app: { clientId: string; uninstall(): void; revoke(scopes: string[]): void },
  ) {
    const all = book.orders(now);
    // Without the right to all of them, orders older than sixty days are simply not there.
    const wall = scopes.includes('read_all_orders') ? -Infinity : now - 60 * 86_400_000;
    this.orders = all.filter((order) => order.created >= wall);
  }

  get shop(): ShopAccount {
    return this.book.shop;
  }

  order(order: OrderLife): Resolved {
    return orderShape(this, order);
  }

  customer(number: number): Resolved | null {
    const found = this.#people().get(number);
    return found ? this.#customer(found) : null;
  }

  root(): Resolved {
    const { shop } = this.book;
    return {
      shop: () => shopShape(this.shop),
      order: (given: Given) => {
        const found = this.orders.find(
          (one) => orderNumber(one) === numberOf(given['id'], 'Order'),
        );
        return found ? this.order(found) : null;
      },
      orders: (given: Given) => this.#orders(this.orders, given, 'orders'),
      ordersCount: (given: Given) =>
        count(
          this.orders.filter(readSearch(given['query'], this.#orderFields(), 'ordersCount')),
          given,
        ),
      customer: (given: Given) => {
        const found = [...this.#people().values()].find(
          (one) => customerNumber(one.number) === numberOf(given['id'], 'Customer'),
        );
        return found ? this.#customer(found) : null;
      },
      customers: (given: Given) => this.#customerListing(given),
      customersCount: (given: Given) => count([...this.#people().values()], given),
      products: (given: Given) => {
        readSearch(given['query'], {}, 'products');
        return new Listing(
          goodsOf(shop).map((one) => productShape(this, one)),
          byNumber,
        );
      },
      productsCount: (given: Given) => count(goodsOf(shop), given),
      product: (given: Given) => {
        const found = goodsOf(shop).find((one) => one.number === numberOf(given['id'], 'Product'));
        return found ? productShape(this, found) : null;
      },
      productVariants: () =>
        new Listing(
          goodsOf(shop).flatMap((one) =>
            one.variants.map((variant) => variantShape(this, one, variant)),
          ),
          byNumber,
        ),
      refund: (given: Given) => {
        for (const order of this.orders) {
          const event = order.events.find((one) => one.number === numberOf(given['id'], 'Refund'));
          if (event?.kind === 'refund' && event.at <= this.now)
            return refundShape(this, order, event);
        }
        return null;
      },
      disputes: (given: Given) => {
        readSearch(given['query'], { status: { text: () => '' } }, 'disputes');
        const found = this.#disputed().map((order) => this.#dispute(order));
        return new Listing(
          found.filter((one) => one !== null),
          byNumber,
        );
      },
      dispute: (given: Given) => {
        const found = this.#disputed().find(
          (order) => order.dispute?.number === numberOf(given['id'], 'ShopifyPaymentsDispute'),
        );
        return found ? this.#dispute(found) : null;
      },
      currentAppInstallation: () => ({
        id: gid('AppInstallation', 1),
        app: { id: gid('App', 1), title: 'NuMoon' },
        accessScopes: this.scopes.map((handle) => ({ handle, description: handle })),
      }),
      appUninstall: () => {
        this.app.uninstall();
        return { app: { id: gid('App', 1), title: 'NuMoon' }, userErrors: [] };
      },
      appRevokeAccessScopes: ({ scopes }: { scopes?: string[] }) => this.#revoke(scopes ?? []),
    };
  }

  #people(): ReadonlyMap<number, ShopCustomer> {
    this.#customers ??= this.book.customers(this.now);
    return this.#customers;
  }

  #orderFields(): Searchable<OrderLife> {
    const { now } = this;
    const isCancelled = (order: OrderLife): boolean =>
      order.cancelled !== null && order.cancelled.at <= now;
    return {
      id: { number: orderNumber },
      name: { text: (order) => [`#${order.number}`, String(order.number)] },
      created_at: { time: (order) => order.created },
      processed_at: { time: (order) => order.processed },
      updated_at: { time: (order) => this.book.updatedAt(order, now) },
      test: { text: (order) => String(order.test) },
      source_name: { text: (order) => order.sourceName },
      financial_status: { text: (order) => financialStatus(order, now) },
      fulfillment_status: {
        text: (order) => {
          const status = fulfilmentStatus(order, now);
          return status === 'FULFILLED' ? [status, 'shipped'] : [status, 'unshipped'];
        },
      },
      status: {
        text: (order) =>
          isCancelled(order) ? ['cancelled', 'any'] : ['open', 'not_closed', 'any'],
      },
      gateway: { text: (order) => transactionsOf(order, now).map((one) => one.gateway) },
      customer_id: { number: (order) => customerNumber(order.customer ?? -1) },
    };
  }

  #orders(orders: readonly OrderLife[], given: Given, place: string): Listing {
    const { now } = this;
    const fits = readSearch(given['query'], this.#orderFields(), place);
    const key = given['sortKey'] ?? (place === 'orders' ? 'PROCESSED_AT' : 'ID');
    const sortOf = (order: OrderLife): number => {
      if (key === 'UPDATED_AT') return this.book.updatedAt(order, now);
      if (key === 'CREATED_AT') return order.created;
      return key === 'PROCESSED_AT' ? order.processed : orderNumber(order);
    };
    const found = orders
      .filter(fits)
      .map((order) => ({ order, sort: sortOf(order), number: orderNumber(order) }))
      .sort((a, b) => a.sort - b.sort || a.number - b.number);
    return new Listing(
      found.map(({ order, sort, number }) => this.#lazy(order, sort, number)),
      (item) => [item['sort'] as number, item['sortNumber'] as number],
    );
  }

  /** Most of a list is never shown, so an order is made when its first field is read. */
  #lazy(order: OrderLife, sort: number, sortNumber: number): Resolved {
    let made: Resolved | null = null;
    const head: Resolved = { __typename: 'Order', sort, sortNumber };
    return new Proxy(head, {
      get: (target, name) => {
        if (typeof name !== 'string' || name in target) return Reflect.get(target, name) as unknown;
        made ??= this.order(order);
        return made[name];
      },
    });
  }

  #customerListing(given: Given): Listing {
    const fits = readSearch<ShopCustomer>(
      given['query'],
      {
        updated_at: { time: (one) => one.orders.at(-1)?.created ?? one.created },
        customer_date: { time: (one) => one.created },
        id: { number: (one) => customerNumber(one.number) },
      },
      'customers',
    );
    const found = [...this.#people().values()].filter(fits).sort((a, b) => a.number - b.number);
    return new Listing(
      found.map((one) => this.#customer(one)),
      byNumber,
    );
  }

  #customer(customer: ShopCustomer): Resolved {
    const { shop } = this.book;
    const person = canaryPerson(customer.number);
    const number = customerNumber(customer.number);
    const own = customer.orders.filter((order) => this.orders.includes(order));
    const spent = customer.orders.reduce((sum, order) => sum + totalOf(order), 0);
    const last = own.at(-1);
    return {
      __typename: 'Customer',
      id: gid('Customer', number),
      legacyResourceId: String(number),
      sortNumber: number,
      amountSpent: { amount: decimal(spent, 2), currencyCode: shop.currency },
      createdAt: iso(customer.created),
      displayName: person.name,
      email: person.email,
      firstName: person.first,
      lastName: person.last,
      lastOrder: last === undefined ? null : () => this.order(last),
      locale: 'en',
      multipassIdentifier: person.email,
      note: `Likes to be called ${person.first}`,
      numberOfOrders: String(customer.orders.length),
      orders: (given: Given) => this.#orders(own, given, 'customer.orders'),
      phone: person.phone,
      state: 'DISABLED',
      tags: [person.email],
      unsubscribeUrl: `https://${shop.host}/unsubscribe/${person.last}`,
      updatedAt: iso(customer.orders.at(-1)?.created ?? customer.created),
    };
  }

  #disputed(): OrderLife[] {
    return this.orders.filter((order) => disputeOf(order, this.now).length > 0 && !order.test);
  }

  #dispute(order: OrderLife): Resolved | null {
    const [dispute] = disputeOf(order, this.now);
    if (dispute === undefined) return null;
    const status = disputeState(dispute, this.now);
    const closed = dispute.path.find((step) => ['WON', 'LOST'].includes(step.status));
    return {
      __typename: 'ShopifyPaymentsDispute',
      id: gid('ShopifyPaymentsDispute', dispute.number),
      legacyResourceId: String(dispute.number),
      sortNumber: dispute.number,
      amount: { amount: decimal(dispute.amount, 2), currencyCode: this.book.shop.currency },
      finalizedOn: closed !== undefined && closed.at <= this.now ? iso(closed.at) : null,
      initiatedAt: iso(dispute.path[0]?.at ?? order.created),
      order: () => this.order(order),
      status,
      type: dispute.type,
    };
  }

  #revoke(scopes: string[]): Resolved {
    const strange = scopes.find((scope) => !this.scopes.includes(scope));
    if (strange !== undefined) {
      const message = 'The requested list of scopes to revoke includes invalid handles.';
      return {
        revoked: null,
        userErrors: [{ code: 'UNKNOWN_SCOPES', field: ['scopes'], message }],
      };
    }
    const needed = scopes.find((scope) => scope.startsWith('read_'));
    if (needed !== undefined) {
      const message = 'Scopes that are declared as required cannot be revoked.';
      return {
        revoked: null,
        userErrors: [{ code: 'CANNOT_REVOKE_REQUIRED_SCOPES', field: ['scopes'], message }],
      };
    }
    this.app.revoke(scopes);
    return { revoked: scopes.map((handle) => ({ handle, description: handle })), userErrors: [] };
  }
}

function count(things: readonly unknown[], given: Given): Resolved {
  const limit = typeof given['limit'] === 'number' ? given['limit'] : 10_000;
  const isCut = things.length > limit;
  return { count: Math.min(things.length, limit), precision: isCut ? 'AT_LEAST' : 'EXACT' };
}
