/** The one version that the sandbox speaks. */
export const SHOPIFY_VERSION = '2026-07';
