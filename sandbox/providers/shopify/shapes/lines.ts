import type { Line, OrderLife } from '../../../business/shop/order-life.js';
import type { Resolved } from '../graphql/execute.js';
import { productShape, variantShape } from './goods.js';
import type { Scene } from './scene.js';
import { bag, gid } from './wire.js';

/** Those of the order itself and those that edits added. */
export function linesOf(scene: Scene, order: OrderLife): Line[] {
  const added = order.events.flatMap((event) =>
    event.kind === 'edit' && event.added !== null && event.at <= scene.now ? [event.added] : [],
  );
  return [...order.lines, ...added];
}

export function lineShape(scene: Scene, order: OrderLife, line: Line): Resolved {
  const taken = order.events
    .filter((event) => event.at <= scene.now)
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
    discountedTotalSet: () => bag(scene, order, line.net + line.tax),
    isGiftCard: line.product.giftCard,
    name: shown === null ? line.product.title : `${line.product.title} - ${shown}`,
    originalTotalSet: bag(scene, order, line.variant.price * line.quantity),
    product: () => productShape(scene, line.product),
    quantity: line.quantity,
    sku: `SKU-${line.variant.number}`,
    title: line.product.title,
    totalDiscountSet: bag(scene, order, line.discount),
    variant: () => variantShape(scene, line.product, line.variant),
    variantTitle: shown,
    vendor: scene.shop.name,
  };
}

export function tipLineShape(scene: Scene, order: OrderLife): Resolved {
  return {
    __typename: 'LineItem',
    id: gid('LineItem', order.number * 100 + 90),
    currentQuantity: 1,
    discountedTotalSet: () => bag(scene, order, order.tip),
    isGiftCard: false,
    name: 'Tip',
    originalTotalSet: bag(scene, order, order.tip),
    product: null,
    quantity: 1,
    sku: null,
    title: 'Tip',
    totalDiscountSet: bag(scene, order, 0),
    variant: null,
    variantTitle: null,
    vendor: null,
  };
}
