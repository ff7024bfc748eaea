/** Those that a reading app has in its manifest. */
export const READ_PERMISSIONS = [
  'charge_read',
  'balance_read',
  'balance_transaction_source_read',
  'payout_read',
  'dispute_read',
  'customer_read',
  'subscription_read',
  'invoice_read',
  'credit_note_read',
  'plan_read',
  'product_read',
  'coupon_read',
  'payment_intent_read',
  'event_read',
  'connected_account_read',
] as const;
