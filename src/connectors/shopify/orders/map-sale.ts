import type { Day } from '../../../kernel/calendar.js';
import { currencyDigits } from '../../../kernel/currency.js';
import { decimalUnits } from '../../kit/read/decimal-units.js';
import type { PointSink } from '../../kit/points.js';
import type { Agreement, Sale } from './order.js';

/** What is sold by the agreement itself; returns and the like are told by their action. */
const SELLING = new Set(['ORDER', 'ORDER_EDIT']);

/** A gift card is owed until it is spent, and a tip is for somebody else. */
const NO_SALE = new Set(['GIFT_CARD', 'TIP']);

/** One line of an agreement: a product, shipping, a fee. Amounts of what is taken back are negative. */
export function mapSale(
  sale: Sale,
  { reason }: Agreement,
  channel: string,
  day: Day,
  points: PointSink,
): void {
  const { currency, product, variant } = sale;
  const digits = currencyDigits(currency);
  const total = decimalUnits(sale.total, digits, 'totalAmount');
  const net = total - decimalUnits(sale.tax, digits, 'totalTaxAmount');
  const discount = decimalUnits(sale.discount, digits, 'totalDiscountAmountBeforeTaxes');
  if (!NO_SALE.has(sale.line)) points.add('sales.total', day, total, { currency });
  if (sale.line !== 'PRODUCT') return;
  points.add('sales.net', day, net, { currency, dimensions: { product } });
  points.add('products.net_sales', day, net, { currency, dimensions: { product, variant } });
  points.add('products.units', day, sale.quantity, { dimensions: { product, variant } });
  if (sale.action === 'RETURN') {
    points.add('sales.returns', day, -net, { currency, dimensions: { reason } });
  } else if (SELLING.has(reason) && sale.quantity > 0) {
    points.add('sales.gross', day, net + discount, { currency, dimensions: { product, channel } });
    points.add('sales.discounts', day, discount, { currency });
  }
}
