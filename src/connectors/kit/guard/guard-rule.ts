/** Why a dimension's value is withheld. Counted and shown; the value is not. */
export type GuardRule =
  | 'card-number'
  | 'iban'
  | 'bank-number'
  | 'social-security-number'
  | 'email-address'
  | 'phone-number'
  | 'control-character'
  | 'too-long';
