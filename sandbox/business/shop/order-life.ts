import type { ShopProduct, Variant } from './shops.js';

/** Times are ms since 1970, amounts whole, in the smallest unit of the shop's currency. */
export interface Line {
  number: number;
  product: ShopProduct;
  variant: Variant;
  quantity: number;
  /** Of all units together, after discount and without tax. */
  net: number;
  tax: number;
  /** Taken off before tax. */
  discount: number;
}

export interface Dispute {
  number: number;
  type: 'CHARGEBACK' | 'INQUIRY';
  amount: number;
  path: { at: number; status: string }[];
}

export interface Transaction {
  number: number;
  kind: 'SALE' | 'AUTHORIZATION' | 'CAPTURE' | 'VOID' | 'REFUND';
  gateway: string;
  amount: number;
  at: number;
  /** `PENDING` before; then it is what `outcome` says, and dated so. Equal to `at` where it was quick. */
  settledAt: number;
  outcome: 'SUCCESS' | 'FAILURE';
}

/** What was taken back in one refund or by an edit. */
export interface Taken {
  line: Line;
  from: number;
  to: number;
}

export type OrderEvent = { at: number; number: number } & (
  | { kind: 'edit'; added: Line | null; taken: Taken[] }
  | {
      kind: 'refund';
      taken: Taken[];
      shipping: boolean;
      transaction: Transaction | null;
      returned: boolean;
    }
);

export interface OrderLife {
  number: number;
  /** When it came into Shopify; imported orders were placed long before. */
  created: number;
  processed: number;
  test: boolean;
  customer: number | null;
  app: string | null;
  sourceName: string;
  /** Seen and paid by the customer in another currency. */
  presentment: { currency: string; rate: number; digits: number } | null;
  lines: Line[];
  shipping: { net: number; tax: number };
  tip: number;
  duty: number;
  transactions: Transaction[];
  events: OrderEvent[];
  cancelled: { at: number; reason: string } | null;
  fulfilled: { at: number; partly: boolean } | null;
  dispute: Dispute | null;
  deletedAt: number | null;
}

/** A line of the ledger of an order. Amounts of what is taken back are negative. */
export interface SaleLine {
  number: number;
  action: 'ORDER' | 'RETURN' | 'UPDATE';
  lineType: 'PRODUCT' | 'GIFT_CARD' | 'SHIPPING' | 'TIP' | 'DUTY';
  quantity: number | null;
  net: number;
  tax: number;
  discount: number;
  line: Line | null;
}

export interface AgreementLife {
  number: number;
  at: number;
  reason: 'ORDER' | 'ORDER_EDIT' | 'REFUND' | 'RETURN';
  sales: SaleLine[];
  event: OrderEvent | null;
}

/** The ledger as it stands at an instant, oldest first. */
export function agreementsOf(order: OrderLife, now: number): AgreementLife[] {
  const found: AgreementLife[] = [firstAgreement(order)];
  for (const event of order.events) {
    if (event.at > now) continue;
    const sales: SaleLine[] = [];
    if (event.kind === 'edit' && event.added !== null) {
      sales.push(soldLine(event.added, event.number * 20 + 15));
    }
    for (const [index, taken] of event.taken.entries()) {
      sales.push(takenLine(taken, event.number * 20 + index));
    }
    if (event.kind === 'refund' && event.shipping) {
      const { net, tax } = order.shipping;
      sales.push({
        number: event.number * 20 + 16,
        action: 'RETURN',
        lineType: 'SHIPPING',
        quantity: null,
        net: -net,
        tax: -tax,
        discount: 0,
        line: null,
      });
    }
    const reason =
      event.kind === 'edit' ? 'ORDER_EDIT' : event.returned ? ('RETURN' as const) : 'REFUND';
    found.push({ number: event.number, at: event.at, reason, sales, event });
  }
  return found.sort((a, b) => a.at - b.at);
}

function firstAgreement(order: OrderLife): AgreementLife {
  const base = order.number * 1_000;
  const sales = order.lines.map((line, index) => soldLine(line, base + index));
  const plain = (
    lineType: 'SHIPPING' | 'TIP' | 'DUTY',
    net: number,
    tax: number,
    number: number,
  ): void => {
    if (net === 0 && tax === 0) return;
    sales.push({
      number: base + number,
      action: 'ORDER',
      lineType,
      quantity: lineType === 'TIP' ? 1 : null,
      net,
      tax,
      discount: 0,
      line: null,
    });
  };
  plain('SHIPPING', order.shipping.net, order.shipping.tax, 40);
  plain('TIP', order.tip, 0, 41);
  plain('DUTY', order.duty, 0, 42);
  return { number: order.number * 10, at: order.processed, reason: 'ORDER', sales, event: null };
}

function soldLine(line: Line, number: number): SaleLine {
  const { quantity, net, tax, discount } = line;
  const lineType = line.product.giftCard ? 'GIFT_CARD' : 'PRODUCT';
  return { number, action: 'ORDER', lineType, quantity, net, tax, discount, line };
}

function takenLine({ line, from, to }: Taken, number: number): SaleLine {
  const part = (amount: number): number => -partOf(amount, line.quantity, from, to);
  return {
    number,
    action: 'RETURN',
    lineType: line.product.giftCard ? 'GIFT_CARD' : 'PRODUCT',
    quantity: from - to,
    net: part(line.net),
    tax: part(line.tax),
    discount: part(line.discount),
    line,
  };
}

/** The part of an amount that units `from` to `to` have; all parts together are the amount. */
export function partOf(amount: number, quantity: number, from: number, to: number): number {
  return Math.round((amount * to) / quantity) - Math.round((amount * from) / quantity);
}

export function transactionStatus(
  one: Transaction,
  now: number,
): 'PENDING' | 'SUCCESS' | 'FAILURE' {
  return one.settledAt > now ? 'PENDING' : one.outcome;
}

/** When it counts. */
export function transactionTime(one: Transaction, now: number): number {
  return one.settledAt > now ? one.at : one.settledAt;
}

/** All of an order's transactions, refunds too, that exist at an instant. */
export function transactionsOf(order: OrderLife, now: number): Transaction[] {
  const all = [
    ...order.transactions,
    ...order.events.flatMap((event) =>
      event.kind === 'refund' && event.transaction !== null ? [event.transaction] : [],
    ),
  ];
  return all.filter((one) => one.at <= now);
}

export function updatedAt(order: OrderLife, now: number): number {
  const times = [
    order.created,
    order.cancelled?.at ?? 0,
    order.fulfilled?.at ?? 0,
    ...order.events.map((event) => event.at),
    ...transactionsOf(order, now).flatMap((one) => [one.at, one.settledAt]),
    ...(order.dispute?.path.map((step) => step.at) ?? []),
  ];
  return Math.max(...times.filter((at) => at <= now));
}

export function disputeState(dispute: Dispute, now: number): string | null {
  return dispute.path.findLast((step) => step.at <= now)?.status ?? null;
}
