/**
 * Digits after the point of a currency's amounts, by ISO 4217; two where it is not listed. Amounts are
 * kept as whole numbers of the smallest unit this gives. A provider that counts otherwise (Stripe sends
 * ISK and UGX with two digits) is put right in its connector.
 */
const DIGITS: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
  CLF: 4,
  UYW: 4,
};

const CODE = /^[A-Z]{3}$/;

/** @param currency ISO 4217, upper case */
export function currencyDigits(currency: string): number {
  if (!CODE.test(currency)) throw new RangeError('A currency has three capital letters.');
  return DIGITS[currency] ?? 2;
}

/** Whether text has the form of a currency's code, upper case. */
export function isCurrency(text: string): boolean {
  return CODE.test(text);
}
