/** The shop's items cannot be told apart in anything but these. */
const OF_ITEMS: readonly string[] = [
  'itemsViewed',
  'addToCarts',
  'checkouts',
  'ecommercePurchases',
];

/** Whether a report can have the two fields together. */
export function isCompatible(dimension: string, metric: string): boolean {
  return dimension !== 'itemName' || OF_ITEMS.includes(metric);
}
