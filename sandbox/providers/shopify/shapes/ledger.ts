import type { AgreementLife, OrderLife, SaleLine } from '../../../business/shop/order-life.js';
import { Listing, type Resolved } from '../graphql/execute.js';
import { lineShape, tipLineShape } from './lines.js';
import { refundShape } from './payments.js';
import type { Scene } from './scene.js';
import { bag, byNumber, gid, iso } from './wire.js';

export function agreementShape(scene: Scene, order: OrderLife, agreement: AgreementLife): Resolved {
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
    order: () => scene.order(order),
    refund: event === null ? null : () => refundShape(scene, order, event),
    sales: () =>
      new Listing(
        agreement.sales.map((sale) => saleShape(scene, order, sale)),
        byNumber,
      ),
  };
}

export function saleShape(scene: Scene, order: OrderLife, sale: SaleLine): Resolved {
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
    totalAmount: bag(scene, order, sale.net + sale.tax),
    totalTaxAmount: bag(scene, order, sale.tax),
    totalDiscountAmountBeforeTaxes: bag(scene, order, sale.discount),
    totalDiscountAmountAfterTaxes: bag(scene, order, sale.discount),
    lineItem: () => (line === null ? tipLineShape(scene, order) : lineShape(scene, order, line)),
  };
}
