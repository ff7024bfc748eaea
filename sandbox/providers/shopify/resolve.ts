import { canaryPerson } from '../../business/canary.js';
import type { ShopBook, ShopCustomer } from '../../business/shop/book.js';
import {
  type AgreementLife,
  agreementsOf,
  disputeState,
  type Line,
  type OrderEvent,
  type OrderLife,
  partOf,
  type SaleLine,
  type Transaction,
  transactionsOf,
  transactionStatus,
  transactionTime,
} from '../../business/shop/order-life.js';
import { totalOf } from '../../business/shop/make-orders.js';
import { goodsOf, type ShopProduct, SHOP_START, type Variant } from '../../business/shop/shops.js';
import { Listing, type Resolved } from './graphql/execute.js';
import { readSearch, type Searchable } from './search.js';

type Given = Readonly<Record<string, unknown>>;

/** ISO 8601 without fractions of a second, as Shopify writes it. */
function iso(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** `12.0`, `12.34`: one digit at least, no zero at the end. */
export function decimal(amount: number, digits: number): string {
  const text = (Math.abs(amount) / 10 ** digits).toFixed(Math.max(1, digits));
  const short = text.replace(/(\.\d+?)0+$/, '$1');
  return amount < 0 ? `-${short}` : short;
}

/** The shop as one call sees it: at one instant, and no further back than it may look. */
export class View {
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

  root(): Resolved {
    const { shop } = this.book;
    return {
      shop: () => this.#shop(),
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
          goodsOf(shop).map((one) => this.#product(one)),
          byNumber,
        );
      },
      productsCount: (given: Given) => count(goodsOf(shop), given),
      product: (given: Given) => {
        const found = goodsOf(shop).find((one) => one.number === numberOf(given['id'], 'Product'));
        return found ? this.#product(found) : null;
      },
      productVariants: () =>
        new Listing(
          goodsOf(shop).flatMap((one) =>
            one.variants.map((variant) => this.#variant(one, variant)),
          ),
          byNumber,
        ),
      refund: (given: Given) => {
        for (const order of this.orders) {
          const event = order.events.find((one) => one.number === numberOf(given['id'], 'Refund'));
          if (event?.kind === 'refund' && event.at <= this.now) return this.#refund(order, event);
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

  order(order: OrderLife): Resolved {
    const { now } = this;
    const { shop } = this.book;
    const person = canaryPerson(order.number);
    const sales = agreementsOf(order, now);
    const current = sales
      .flatMap((agreement) => agreement.sales)
      .reduce((sum, sale) => sum + sale.net + sale.tax, 0);
    const own = transactionsOf(order, now);
    const sum = (kinds: readonly string[]): number =>
      own
        .filter((one) => kinds.includes(one.kind) && transactionStatus(one, now) === 'SUCCESS')
        .reduce((total, one) => total + one.amount, 0);
    const cancelled =
      order.cancelled !== null && order.cancelled.at <= now ? order.cancelled : null;
    const edited = order.events.some((event) => event.kind === 'edit' && event.at <= now);
    const number = orderNumber(order);
    return {
      __typename: 'Order',
      id: gid('Order', number),
      legacyResourceId: String(number),
      sortNumber: number,
      agreements: () =>
        new Listing(
          sales.map((one) => this.#agreement(order, one)),
          byTime,
        ),
      app: order.app === null ? null : { id: gid('OrderApp', 1), name: order.app },
      cancelReason: cancelled?.reason ?? null,
      cancelledAt: cancelled === null ? null : iso(cancelled.at),
      clientIp: '192.0.2.81',
      closed: false,
      closedAt: null,
      confirmed: true,
      createdAt: iso(order.created),
      currencyCode: shop.currency,
      currentTotalPriceSet: this.#bag(order, current),
      customer: () => {
        const found = order.customer === null ? undefined : this.#people().get(order.customer);
        return found ? this.#customer(found) : null;
      },
      customerLocale: 'en',
      discountCode: `FOR-${person.first}`,
      discountCodes: [`FOR-${person.first}`],
      displayFinancialStatus: financialStatus(order, now),
      displayFulfillmentStatus: fulfilmentStatus(order, now),
      disputes: disputeOf(order, now).map((dispute) => ({
        id: gid('OrderDisputeSummary', dispute.number),
        initiatedAs: dispute.type,
        status: disputeState(dispute, now),
      })),
      edited,
      email: person.email,
      lineItems: () =>
        new Listing(
          this.#lines(order).map((line) => this.#line(order, line)),
          byNumber,
        ),
      name: `#${order.number}`,
      note: `Call ${person.name} at ${person.phone}`,
      paymentGatewayNames: [...new Set(own.map((one) => one.gateway))],
      phone: person.phone,
      presentmentCurrencyCode: order.presentment?.currency ?? shop.currency,
      processedAt: iso(order.processed),
      refunds: ({ first }: { first?: number }) =>
        order.events
          .filter((event) => event.kind === 'refund' && event.at <= now)
          .slice(0, first ?? 50)
          .map((event) => this.#refund(order, event)),
      sourceName: order.sourceName,
      statusPageUrl: `https://${shop.host}/orders/${person.last}`,
      tags: [person.email],
      taxesIncluded: shop.taxesIncluded,
      test: order.test,
      totalPriceSet: this.#bag(order, totalOf(order)),
      totalReceivedSet: this.#bag(order, sum(['SALE', 'CAPTURE'])),
      totalRefundedSet: this.#bag(order, sum(['REFUND'])),
      totalTipReceivedSet: this.#bag(order, order.tip),
      transactions: ({ first }: { first?: number }) =>
        own.slice(0, first ?? 50).map((one) => this.#transaction(order, one)),
      updatedAt: iso(this.book.updatedAt(order, now)),
    };
  }

  #shop(): Resolved {
    const { shop } = this.book;
    const person = canaryPerson(shop.number);
    return {
      id: gid('Shop', shop.number),
      contactEmail: person.email,
      createdAt: iso(SHOP_START - 86_400_000),
      currencyCode: shop.currency,
      email: person.email,
      enabledPresentmentCurrencies: [shop.currency, ...Object.keys(shop.presentment)],
      ianaTimezone: shop.zone,
      myshopifyDomain: shop.host,
      name: shop.name,
      plan: {
        displayName: shop.plan,
        partnerDevelopment: shop.development,
        publicDisplayName: shop.plan,
        shopifyPlus: shop.plan.includes('Plus'),
      },
      shopOwnerName: person.name,
      taxShipping: true,
      taxesIncluded: shop.taxesIncluded,
      timezoneOffset: '+0000',
      url: `https://${shop.host}`,
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

  #agreement(order: OrderLife, agreement: AgreementLife): Resolved {
    const types = {
      ORDER: 'OrderAgreement',
      ORDER_EDIT: 'OrderEditAgreement',
      REFUND: 'RefundAgreement',
      RETURN: 'ReturnAgreement',
    } as const;
    const { event } = agreement;
    return {
      __typename: types[agreement.reason],
      id: gid('SalesAgreement', agreement.number),
      sort: agreement.at,
      sortNumber: agreement.number,
      happenedAt: iso(agreement.at),
      reason: agreement.reason,
      order: () => this.order(order),
      refund: event === null ? null : () => this.#refund(order, event),
      sales: () =>
        new Listing(
          agreement.sales.map((sale) => this.#sale(order, sale)),
          byNumber,
        ),
    };
  }

  #sale(order: OrderLife, sale: SaleLine): Resolved {
    const types = {
      PRODUCT: 'ProductSale',
      GIFT_CARD: 'GiftCardSale',
      SHIPPING: 'ShippingLineSale',
      TIP: 'TipSale',
      DUTY: 'DutySale',
    } as const;
    const { line } = sale;
    return {
      __typename: types[sale.lineType],
      id: gid('Sale', sale.number),
      sortNumber: sale.number,
      actionType: sale.action,
      lineType: sale.lineType,
      quantity: sale.quantity,
      totalAmount: this.#bag(order, sale.net + sale.tax),
      totalTaxAmount: this.#bag(order, sale.tax),
      totalDiscountAmountBeforeTaxes: this.#bag(order, sale.discount),
      totalDiscountAmountAfterTaxes: this.#bag(order, sale.discount),
      lineItem: () => (line === null ? this.#tipLine(order) : this.#line(order, line)),
    };
  }

  #lines(order: OrderLife): Line[] {
    const added = order.events.flatMap((event) =>
      event.kind === 'edit' && event.added !== null && event.at <= this.now ? [event.added] : [],
    );
    return [...order.lines, ...added];
  }

  #line(order: OrderLife, line: Line): Resolved {
    const taken = order.events
      .filter((event) => event.at <= this.now)
      .flatMap((event) => event.taken)
      .filter((one) => one.line === line)
      .reduce((sum, one) => sum + one.to - one.from, 0);
    const { title } = line.variant;
    const shown = title === 'Default Title' ? null : title;
    return {
      __typename: 'LineItem',
      id: gid('LineItem', line.number),
      sortNumber: line.number,
      currentQuantity: line.quantity - taken,
      discountedTotalSet: () => this.#bag(order, line.net + line.tax),
      isGiftCard: line.product.giftCard,
      name: shown === null ? line.product.title : `${line.product.title} - ${shown}`,
      originalTotalSet: this.#bag(order, line.variant.price * line.quantity),
      product: () => this.#product(line.product),
      quantity: line.quantity,
      sku: `SKU-${line.variant.number}`,
      title: line.product.title,
      totalDiscountSet: this.#bag(order, line.discount),
      variant: () => this.#variant(line.product, line.variant),
      variantTitle: shown,
      vendor: this.book.shop.name,
    };
  }

  #tipLine(order: OrderLife): Resolved {
    return {
      __typename: 'LineItem',
      id: gid('LineItem', order.number * 100 + 90),
      currentQuantity: 1,
      discountedTotalSet: () => this.#bag(order, order.tip),
      isGiftCard: false,
      name: 'Tip',
      originalTotalSet: this.#bag(order, order.tip),
      product: null,
      quantity: 1,
      sku: null,
      title: 'Tip',
      totalDiscountSet: this.#bag(order, 0),
      variant: null,
      variantTitle: null,
      vendor: null,
    };
  }

  #refund(order: OrderLife, event: OrderEvent): Resolved {
    const transactions =
      event.kind === 'refund' && event.transaction !== null ? [event.transaction] : [];
    const given = transactions
      .filter((one) => transactionStatus(one, this.now) === 'SUCCESS')
      .reduce((sum, one) => sum + one.amount, 0);
    return {
      __typename: 'Refund',
      id: gid('Refund', event.number),
      legacyResourceId: String(event.number),
      createdAt: iso(event.at),
      note: `Asked by ${canaryPerson(order.number).name}`,
      order: () => this.order(order),
      processedAt: iso(event.at),
      refundLineItems: () =>
        new Listing(
          event.taken.map(({ line, from, to }, index) => ({
            __typename: 'RefundLineItem',
            id: gid('RefundLineItem', event.number * 20 + index),
            sortNumber: index,
            lineItem: () => this.#line(order, line),
            quantity: to - from,
            restockType: 'RETURN',
            restocked: true,
            subtotalSet: this.#bag(order, partOf(line.net, line.quantity, from, to)),
            totalTaxSet: this.#bag(order, partOf(line.tax, line.quantity, from, to)),
          })),
          byNumber,
        ),
      totalRefundedSet: this.#bag(order, given),
      transactions: () =>
        new Listing(
          transactions.map((one) => this.#transaction(order, one)),
          byNumber,
        ),
      updatedAt: iso(event.at),
    };
  }

  #transaction(order: OrderLife, one: Transaction): Resolved {
    const person = canaryPerson(order.number);
    return {
      __typename: 'OrderTransaction',
      id: gid('OrderTransaction', one.number),
      sortNumber: one.number,
      accountNumber: '•••• •••• •••• 4242',
      amountSet: this.#bag(order, one.amount),
      authorizationCode: '4242424242424242',
      createdAt: iso(one.at),
      formattedGateway: one.gateway,
      gateway: one.gateway,
      kind: one.kind,
      order: () => this.order(order),
      paymentId: `${person.last}.1`,
      processedAt: iso(transactionTime(one, this.now)),
      receiptJson: JSON.stringify({ payer: person.email }),
      status: transactionStatus(one, this.now),
      test: order.test,
    };
  }

  #product(product: ShopProduct): Resolved {
    return {
      __typename: 'Product',
      id: gid('Product', product.number),
      legacyResourceId: String(product.number),
      sortNumber: product.number,
      createdAt: iso(SHOP_START),
      handle: product.title.toLowerCase().replaceAll(' ', '-'),
      isGiftCard: product.giftCard,
      productType: '',
      status: 'ACTIVE',
      tags: [],
      title: product.title,
      updatedAt: iso(SHOP_START),
      variants: () =>
        new Listing(
          product.variants.map((variant) => this.#variant(product, variant)),
          byNumber,
        ),
      vendor: this.book.shop.name,
    };
  }

  #variant(product: ShopProduct, variant: Variant): Resolved {
    return {
      __typename: 'ProductVariant',
      id: gid('ProductVariant', variant.number),
      legacyResourceId: String(variant.number),
      sortNumber: variant.number,
      createdAt: iso(SHOP_START),
      displayName: `${product.title} - ${variant.title}`,
      position: product.variants.indexOf(variant) + 1,
      price: (variant.price / 100).toFixed(2),
      product: () => this.#product(product),
      sku: `SKU-${variant.number}`,
      title: variant.title,
      updatedAt: iso(SHOP_START),
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

  #bag(order: OrderLife, amount: number): Resolved {
    const { currency } = this.book.shop;
    const shopMoney = { amount: decimal(amount, 2), currencyCode: currency };
    if (order.presentment === null) return { shopMoney, presentmentMoney: shopMoney };
    const { rate, digits, currency: seen } = order.presentment;
    const there = Math.round((amount / 100) * rate * 10 ** digits);
    return { shopMoney, presentmentMoney: { amount: decimal(there, digits), currencyCode: seen } };
  }
}

const byNumber = (item: Resolved): readonly [number, number] => [0, item['sortNumber'] as number];
const byTime = (item: Resolved): readonly [number, number] => [
  item['sort'] as number,
  item['sortNumber'] as number,
];

function orderNumber(order: OrderLife): number {
  return 5_000_000_000 + order.number;
}

function customerNumber(number: number): number {
  return 7_000_000_000 + number;
}

function gid(kind: string, number: number): string {
  return `gid://shopify/${kind}/${number}`;
}

/** The number of a global id; -1 where it is of another kind. */
function numberOf(id: unknown, kind: string): number {
  const match = /^gid:\/\/shopify\/(\w+)\/(\d+)$/.exec(String(id));
  return match?.[1] === kind ? Number(match[2]) : -1;
}

function count(things: readonly unknown[], given: Given): Resolved {
  const limit = typeof given['limit'] === 'number' ? given['limit'] : 10_000;
  const isCut = things.length > limit;
  return { count: Math.min(things.length, limit), precision: isCut ? 'AT_LEAST' : 'EXACT' };
}

function disputeOf(order: OrderLife, now: number): NonNullable<OrderLife['dispute']>[] {
  const { dispute } = order;
  return dispute !== null && disputeState(dispute, now) !== null ? [dispute] : [];
}

function financialStatus(order: OrderLife, now: number): string {
  const own = transactionsOf(order, now);
  const sum = (kinds: string[]): number =>
    own
      .filter((one) => kinds.includes(one.kind) && transactionStatus(one, now) === 'SUCCESS')
      .reduce((total, one) => total + one.amount, 0);
  const received = sum(['SALE', 'CAPTURE']);
  const refunded = sum(['REFUND']);
  if (own.some((one) => one.kind === 'VOID')) return 'VOIDED';
  if (received > 0) {
    if (refunded >= received) return 'REFUNDED';
    if (refunded > 0) return 'PARTIALLY_REFUNDED';
    return received >= totalOf(order) ? 'PAID' : 'PARTIALLY_PAID';
  }
  return own.some((one) => one.kind === 'AUTHORIZATION') ? 'AUTHORIZED' : 'PENDING';
}

function fulfilmentStatus(order: OrderLife, now: number): string {
  if (order.fulfilled === null || order.fulfilled.at > now) return 'UNFULFILLED';
  return order.fulfilled.partly ? 'PARTIALLY_FULFILLED' : 'FULFILLED';
}
