import { describe, expect, it } from '@jest/globals';
import { currencyDigits, isCurrency } from '../../src/kernel/currency.js';

describe('a currency', () => {
  it('has the digits that ISO 4217 gives it', () => {
    const digits: Record<string, number> = {
      EUR: 2,
      USD: 2,
      HUF: 2,
      TWD: 2,
      MGA: 2,
      JPY: 0,
      KRW: 0,
      ISK: 0,
      UGX: 0,
      CLP: 0,
      XAF: 0,
      KWD: 3,
      BHD: 3,
      TND: 3,
      CLF: 4,
      UYW: 4,
    };
    for (const [currency, expected] of Object.entries(digits)) {
      expect([currency, currencyDigits(currency)]).toEqual([currency, expected]);
    }
  });

  it('is three capital letters and nothing else', () => {
    for (const text of [
      'eur',
      'EURO',
      'EU',
      'EU1',
      'E€R',
      '',
      'EUR\n',
      '__proto__',
      'constructor',
    ]) {
      expect([text, isCurrency(text)]).toEqual([text, false]);
      expect(() => currencyDigits(text)).toThrow(RangeError);
    }
    expect(isCurrency('EUR')).toBe(true);
  });
});
