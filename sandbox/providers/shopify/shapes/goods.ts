import { type ShopProduct, SHOP_START, type Variant } from '../../../business/shop/shops.js';
import { Listing, type Resolved } from '../graphql/execute.js';
import type { Scene } from './scene.js';
import { byNumber, gid, iso } from './wire.js';

export function productShape(scene: Scene, product: ShopProduct): Resolved {
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
        product.variants.map((variant) => variantShape(scene, product, variant)),
        byNumber,
      ),
    vendor: scene.shop.name,
  };
}

export function variantShape(scene: Scene, product: ShopProduct, variant: Variant): Resolved {
  return {
    __typename: 'ProductVariant',
    id: gid('ProductVariant', variant.number),
    legacyResourceId: String(variant.number),
    sortNumber: variant.number,
    createdAt: iso(SHOP_START),
    displayName: `${product.title} - ${variant.title}`,
    position: product.variants.indexOf(variant) + 1,
    price: (variant.price / 100).toFixed(2),
    product: () => productShape(scene, product),
    sku: `SKU-${variant.number}`,
    title: variant.title,
    updatedAt: iso(SHOP_START),
  };
}
