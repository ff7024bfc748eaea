import { expect, test } from '@jest/globals';
import { currency } from '../../../src/connectors/kit/read/currency.js';
import { list } from '../../../src/connectors/kit/read/list.js';

test.each([
  ['eur', 'EUR'],
  ['EUR', 'EUR'],
  ['Kwd', 'KWD'],
])('%s is %s', (sent, kept) => {
  expect(currency({ currency: sent }, 'currency')).toBe(kept);
});

test.each([undefined, null, 978, '', 'EU', 'EURO', 'E R', 'ÉUR', ' eur', 'eur\n', ['eur'], {}])(
  'where %j stands for a currency, the page is broken, and its content is not told',
  (sent) => {
    const [first] = list({ data: [{ currency: sent }] }, 'data');
    expect(() => currency(first, 'currency')).toThrow(
      /: data\[\]\.currency is (a currency|a text)\.$/,
    );
  },
);
