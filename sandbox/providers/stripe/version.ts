/** The one version that the sandbox speaks. */
export const STRIPE_VERSION = '2026-07-29.dahlia';
