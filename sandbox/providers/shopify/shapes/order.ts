import { canaryPerson } from '../../../business/canary.js';
import { totalOf } from '../../../business/shop/make-payments.js';
import {
  agreementsOf,
  disputeState,
  type OrderLife,
  transactionsOf,
  transactionStatus,
  updatedAt,
} from '../../../business/shop/order-life.js';
import { Listing, type Resolved } from '../graphql/execute.js';
import { agreementShape } from './ledger.js';
import { linesOf, lineShape } from './lines.js';
import { refundShape, transactionShape } from './payments.js';
import type { Scene } from './scene.js';
import { disputeOf, financialStatus, fulfilmentStatus } from './states.js';
import { bag, byNumber, byTime, gid, iso, orderNumber } from './wire.js';

export function orderShape(scene: Scene, order: OrderLife): Resolved {
  const { now } = scene;
  const { shop } = scene;
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
  const cancelled = order.cancelled !== null && order.cancelled.at <= now ? order.cancelled : null;
  const edited = order.events.some((event) => event.kind === 'edit' && event.at <= now);
  const number = orderNumber(order);
  return {
    __typename: 'Order',
    id: gid('Order', number),
    legacyResourceId: String(number),
    sortNumber: number,
    agreements: () =>
      new Listing(
        sales.map((one) => agreementShape(scene, order, one)),
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
    currentTotalPriceSet: bag(scene, order, current),
    customer: () => (order.customer === null ? null : scene.customer(order.customer)),
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
        linesOf(scene, order).map((line) => lineShape(scene, order, line)),
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
        .map((event) => refundShape(scene, order, event)),
    sourceName: order.sourceName,
    statusPageUrl: `https://${shop.host}/orders/${person.last}`,
    tags: [person.email],
    taxesIncluded: shop.taxesIncluded,
    test: order.test,
    totalPriceSet: bag(scene, order, totalOf(order)),
    totalReceivedSet: bag(scene, order, sum(['SALE', 'CAPTURE'])),
    totalRefundedSet: bag(scene, order, sum(['REFUND'])),
    totalTipReceivedSet: bag(scene, order, order.tip),
    transactions: ({ first }: { first?: number }) =>
      own.slice(0, first ?? 50).map((one) => transactionShape(scene, order, one)),
    updatedAt: iso(updatedAt(order, now)),
  };
}
