import { text } from '../../../../src/connectors/kit/read/text.js';

/** Harbor writes currencies in lower case. */
export function currencyOf(money: unknown): string {
  return text(money, 'currency').toUpperCase();
}
