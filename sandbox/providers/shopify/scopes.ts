/** What an app may ask for here. */
export const SHOPIFY_SCOPES = [
  'read_orders',
  'read_all_orders',
  'read_products',
  'read_customers',
  'read_shopify_payments_disputes',
  'read_shopify_payments_payouts',
  'write_orders',
  'write_products',
  'write_discounts',
] as const;

/** A right to write is a right to read, and only the greater of the two is told. */
export function condensed(scopes: readonly string[]): string[] {
  return scopes.filter(
    (scope) => !scopes.includes(scope.replace('read_', 'write_')) || !scope.startsWith('read_'),
  );
}
