import { canaryPerson } from '../../../business/canary.js';
import {
  type OrderEvent,
  type OrderLife,
  partOf,
  type Transaction,
  transactionStatus,
  transactionTime,
} from '../../../business/shop/order-life.js';
import { Listing, type Resolved } from '../graphql/execute.js';
import { lineShape } from './lines.js';
import type { Scene } from './scene.js';
import { bag, byNumber, gid, iso } from './wire.js';

export function refundShape(scene: Scene, order: OrderLife, event: OrderEvent): Resolved {
  const transactions =
    event.kind === 'refund' && event.transaction !== null ? [event.transaction] : [];
  const given = transactions
    .filter((one) => transactionStatus(one, scene.now) === 'SUCCESS')
    .reduce((sum, one) => sum + one.amount, 0);
  return {
    __typename: 'Refund',
    id: gid('Refund', event.number),
    legacyResourceId: String(event.number),
    createdAt: iso(event.at),
    note: `Asked by ${canaryPerson(order.number).name}`,
    order: () => scene.order(order),
    processedAt: iso(event.at),
    refundLineItems: () =>
      new Listing(
        event.taken.map(({ line, from, to }, index) => ({
          __typename: 'RefundLineItem',
          id: gid('RefundLineItem', event.number * 20 + index),
          sortNumber: index,
          lineItem: () => lineShape(scene, order, line),
          quantity: to - from,
          restockType: 'RETURN',
          restocked: true,
          subtotalSet: bag(scene, order, partOf(line.net, line.quantity, from, to)),
          totalTaxSet: bag(scene, order, partOf(line.tax, line.quantity, from, to)),
        })),
        byNumber,
      ),
    totalRefundedSet: bag(scene, order, given),
    transactions: () =>
      new Listing(
        transactions.map((one) => transactionShape(scene, order, one)),
        byNumber,
      ),
    updatedAt: iso(event.at),
  };
}

export function transactionShape(scene: Scene, order: OrderLife, one: Transaction): Resolved {
  const person = canaryPerson(order.number);
  return {
    __typename: 'OrderTransaction',
    id: gid('OrderTransaction', one.number),
    sortNumber: one.number,
    accountNumber: '•••• •••• •••• 4242',
    amountSet: bag(scene, order, one.amount),
    authorizationCode: '4242424242424242',
    createdAt: iso(one.at),
    formattedGateway: one.gateway,
    gateway: one.gateway,
    kind: one.kind,
    order: () => scene.order(order),
    paymentId: `${person.last}.1`,
    processedAt: iso(transactionTime(one, scene.now)),
    receiptJson: JSON.stringify({ payer: person.email }),
    status: transactionStatus(one, scene.now),
    test: order.test,
  };
}
