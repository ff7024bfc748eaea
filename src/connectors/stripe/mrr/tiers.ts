import { type Fraction, fraction, plus, times, ZERO } from '../../../kernel/fraction.js';

export interface Tier {
  /** Null: without end. */
  upTo: number | null;
  unit: Fraction;
  flat: Fraction;
}

export interface Tiers {
  mode: string;
  tiers: readonly Tier[];
}

/** What `quantity` costs: each part in its own tier (`graduated`), or all in the tier that it reaches (`volume`). */
export function tieredPrice({ mode, tiers }: Tiers, quantity: number): Fraction {
  if (mode === 'volume') {
    const tier = tiers.find(({ upTo }) => upTo === null || quantity <= upTo);
    return tier === undefined ? ZERO : plus(times(tier.unit, units(quantity)), tier.flat);
  }
  let total = ZERO;
  let counted = 0;
  for (const { upTo, unit, flat } of tiers) {
    if (counted >= quantity) break;
    const reach = upTo === null ? quantity : Math.min(upTo, quantity);
    total = plus(total, plus(times(unit, units(reach - counted)), flat));
    counted = reach;
  }
  return total;
}

function units(quantity: number): Fraction {
  return fraction(BigInt(quantity));
}
