import { type Fraction, decimalFraction, ZERO } from '../../../kernel/fraction.js';
import { list } from '../../kit/read/list.js';
import { optionalText } from '../../kit/read/optional-text.js';
import { optionalWhole } from '../../kit/read/optional-whole.js';
import { property } from '../../kit/read/property.js';
import { text } from '../../kit/read/text.js';
import { BrokenPageError } from '../../kit/provider-errors.js';
import type { ProviderClient } from '../../kit/provider-client.js';
import { listPage } from '../list-page.js';
import type { Tier, Tiers } from './tiers.js';

/** More prices than this are no price list; what lies beyond counts as nothing. */
const PAGES_MAX = 50;

/**
 * All prices with tiers, by id. A subscription's own listing cannot give them: they lie one level deeper
 * than Stripe expands.
 */
export async function readTiers(client: ProviderClient): Promise<ReadonlyMap<string, Tiers>> {
  const found = new Map<string, Tiers>();
  let cursor: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const query = { type: 'recurring', 'expand[]': ['data.tiers'] };
    const { rows, next }: Awaited<ReturnType<typeof pricePage>> = await pricePage(
      client,
      query,
      cursor,
    );
    for (const [id, tiers] of rows) found.set(id, tiers);
    if (next === null) break;
    cursor = next;
  }
  return found;
}

function pricePage(
  client: ProviderClient,
  query: Readonly<Record<string, string | readonly string[]>>,
  cursor: string | null,
) {
  return listPage(client, '/v1/prices', query, cursor, readPrice);
}

function readPrice(price: unknown): [string, Tiers] | null {
  const mode = optionalText(price, 'tiers_mode');
  if (mode === null || property(price, 'tiers') === undefined) return null;
  return [text(price, 'id'), { mode, tiers: list(price, 'tiers').map(readTier) }];
}

function readTier(tier: unknown): Tier {
  return {
    upTo: optionalWhole(tier, 'up_to'),
    unit: amountOf(tier, 'unit_amount'),
    flat: amountOf(tier, 'flat_amount'),
  };
}

function amountOf(tier: unknown, name: 'unit_amount' | 'flat_amount'): Fraction {
  const decimal = optionalText(tier, `${name}_decimal`);
  const plain = optionalWhole(tier, name);
  if (decimal === null) return plain === null ? ZERO : decimalFraction(String(plain));
  try {
    return decimalFraction(decimal);
  } catch {
    throw new BrokenPageError(`tiers[].${name}_decimal is a decimal number`);
  }
}
