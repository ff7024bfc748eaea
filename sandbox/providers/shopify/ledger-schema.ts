const SALE = `
  actionType: SaleActionType!
  id: ID!
  lineType: SaleLineType!
  quantity: Int
  totalAmount: MoneyBag!
  totalDiscountAmountAfterTaxes: MoneyBag!
  totalDiscountAmountBeforeTaxes: MoneyBag!
  totalTaxAmount: MoneyBag!`;

const AGREEMENT = `
  happenedAt: DateTime!
  id: ID!
  reason: OrderActionType!
  sales(PAGE): SaleConnection!`;

/** Agreements about an order, and their lines. */
export const LEDGER_TYPES = `
interface SalesAgreement ${AGREEMENT}

type OrderAgreement: SalesAgreement ${AGREEMENT}
  order: Order!

type OrderEditAgreement: SalesAgreement ${AGREEMENT}

type RefundAgreement: SalesAgreement ${AGREEMENT}
  refund: Refund!

type ReturnAgreement: SalesAgreement ${AGREEMENT}

interface Sale ${SALE}

type ProductSale: Sale ${SALE}
  lineItem: LineItem!

type GiftCardSale: Sale ${SALE}
  lineItem: LineItem!

type TipSale: Sale ${SALE}
  lineItem: LineItem!

type ShippingLineSale: Sale ${SALE}

type DutySale: Sale ${SALE}
`;
