import { SandboxError } from '../../core/sandbox-error.js';
import { Chance } from '../chance.js';
import { makeLine, refundEvent } from './make-orders.js';
import { totalOf } from './make-payments.js';
import { disputeState, type OrderLife, type Taken } from './order-life.js';
import { goodsOf, type ShopAccount } from './shops.js';

/** Numbers of orders that somebody added begin here. */
const ADDED = 900_001;

/**
 * A change as it is kept.
 *
 * - `add_order` `{ created?, processed?, test? }`
 * - `refund_order` `{ order, quantity? }` (the first line; all of it where no quantity is given)
 * - `edit_order` `{ order }` (a line more)
 * - `cancel_order` `{ order, reason? }`, `delete_order` `{ order }`, `fulfil_order` `{ order }`
 * - `settle_order` `{ order, status?: SUCCESS, FAILURE }` (what is pending, refunds too)
 * - `dispute_order` `{ order }`, `close_dispute` `{ order, status?: WON, LOST }`
 */
export interface ShopChange {
  action: string;
  order: number;
  /** ms. */
  at: number;
  created: number;
  processed: number;
  quantity: number;
  reason: string;
  status: string;
  test: boolean;
  number: number;
}

/** @param now ms. @throws SandboxError */
export function readShopChange(
  input: Readonly<Record<string, unknown>>,
  orders: readonly OrderLife[],
  now: number,
  number: number,
): ShopChange {
  const action = String(input['action']);
  const time = (name: string, otherwise: number): number => {
    const value = input[name];
    const at = typeof value === 'string' ? Date.parse(value) : (value ?? otherwise);
    if (typeof at === 'number' && Number.isFinite(at) && at <= now) return at;
    throw new SandboxError(400, `${name} is a time, and not one to come.`);
  };
  const created = time('created', now);
  const change: ShopChange = {
    action,
    order: action === 'add_order' ? ADDED + number : Number(input['order']),
    at: time('at', now),
    created,
    processed: time('processed', created),
    quantity: Number(input['quantity'] ?? 0),
    reason: String(input['reason'] ?? 'CUSTOMER'),
    status: String(input['status'] ?? ''),
    test: input['test'] === true,
    number,
  };
  if (!ACTIONS.includes(action)) {
    throw new SandboxError(400, `action is one of ${ACTIONS.join(', ')}.`);
  }
  if (action !== 'add_order' && !orders.some((order) => order.number === change.order)) {
    throw new SandboxError(404, `There is no order ${change.order}.`);
  }
  return change;
}

const ACTIONS = [
  'add_order',
  'refund_order',
  'edit_order',
  'cancel_order',
  'delete_order',
  'fulfil_order',
  'settle_order',
  'dispute_order',
  'close_dispute',
];

/** Changes the orders themselves. */
export function applyChange(
  shop: ShopAccount,
  orders: OrderLife[],
  kept: Readonly<Record<string, unknown>>,
): void {
  const change = kept as unknown as ShopChange;
  const chance = new Chance('change', shop.host, change.number);
  if (change.action === 'add_order') {
    orders.push(addedOrder(shop, chance, change));
    return;
  }
  const order = orders.find((one) => one.number === change.order);
  if (order === undefined) return;
  switch (change.action) {
    case 'refund_order': {
      const [line] = order.lines;
      if (line === undefined) return;
      const from = order.events
        .flatMap((event) => event.taken)
        .filter((taken) => taken.line === line)
        .reduce((most, taken) => Math.max(most, taken.to), 0);
      const to = Math.min(line.quantity, from + (change.quantity || line.quantity));
      if (to <= from) return;
      const taken: Taken[] = [{ line, from, to }];
      const event = refundEvent(chance, order, change.at, taken, false, true);
      if (event.kind === 'refund' && event.transaction !== null) {
        event.transaction.settledAt = change.status === 'PENDING' ? Infinity : change.at;
        event.transaction.outcome = 'SUCCESS';
      }
      order.events.push(event);
      return;
    }
    case 'edit_order': {
      const product = chance.pick(goodsOf(shop).slice(0, -1));
      const number = order.number * 10 + 1 + order.events.length;
      const added = makeLine(shop, chance, order.number * 100 + 60 + order.events.length, product);
      order.events.push({ kind: 'edit', at: change.at, number, added, taken: [] });
      return;
    }
    case 'cancel_order':
      order.cancelled = { at: change.at, reason: change.reason };
      order.fulfilled = null;
      return;
    case 'delete_order':
      order.deletedAt = change.at;
      return;
    case 'fulfil_order':
      order.fulfilled = { at: change.at, partly: false };
      return;
    case 'settle_order':
      for (const one of [
        ...order.transactions,
        ...order.events.flatMap((event) =>
          event.kind === 'refund' && event.transaction !== null ? [event.transaction] : [],
        ),
      ]) {
        if (one.settledAt <= change.at) continue;
        one.settledAt = change.at;
        one.outcome = change.status === 'FAILURE' ? 'FAILURE' : 'SUCCESS';
      }
      return;
    case 'dispute_order':
      order.dispute ??= {
        number: order.number * 3,
        type: 'CHARGEBACK',
        amount: totalOf(order),
        path: [{ at: change.at, status: 'NEEDS_RESPONSE' }],
      };
      return;
    default:
      if (order.dispute === null || disputeState(order.dispute, change.at) === null) return;
      order.dispute.path = [
        ...order.dispute.path.filter((step) => step.at < change.at),
        { at: change.at, status: change.status || 'LOST' },
      ];
  }
}

function addedOrder(shop: ShopAccount, chance: Chance, change: ShopChange): OrderLife {
  const product = chance.pick(goodsOf(shop).slice(0, -1));
  const order: OrderLife = {
    number: change.order,
    created: change.created,
    processed: change.processed,
    test: change.test,
    customer: null,
    app: 'Online Store',
    sourceName: 'web',
    presentment: null,
    lines: [makeLine(shop, chance, change.order * 100, product)],
    shipping: { net: 0, tax: 0 },
    tip: 0,
    duty: 0,
    transactions: [],
    events: [],
    cancelled: null,
    fulfilled: null,
    dispute: null,
    deletedAt: null,
  };
  order.transactions = [
    {
      number: change.order * 100,
      kind: 'SALE',
      gateway: change.test ? 'bogus' : 'shopify_payments',
      amount: totalOf(order),
      at: change.processed,
      settledAt: change.processed,
      outcome: 'SUCCESS',
    },
  ];
  return order;
}
