import { isoInstant } from '../../kit/read/iso-instant.js';
import { object } from '../../kit/read/object.js';
import { optionalText } from '../../kit/read/optional-text.js';
import { text } from '../../kit/read/text.js';

/** Asked for by name; HubSpot leaves out names it does not know without a word. */
export const DEAL_PROPERTIES = [
  'amount_in_home_currency',
  'dealstage',
  'pipeline',
  'closedate',
  'createdate',
  'hs_is_closed_won',
  'hs_is_closed',
  'hs_deal_stage_probability',
] as const;

export interface Deal {
  pipeline: string;
  stage: string;
  createdMs: number;
  closesMs: number | null;
  /** Decimal text in the account's currency; null where nobody entered an amount. */
  value: string | null;
  isClosed: boolean | null;
  isWon: boolean | null;
  /** Decimal text from 0 to 1. */
  probability: string | null;
}

export function readDeal(item: unknown): Deal {
  const properties = object(item, 'properties');
  const closes = optionalText(properties, 'closedate');
  return {
    pipeline: text(properties, 'pipeline'),
    stage: text(properties, 'dealstage'),
    createdMs: isoInstant(properties, 'createdate'),
    closesMs: closes === null || closes === '' ? null : isoInstant(properties, 'closedate'),
    value: filled(optionalText(properties, 'amount_in_home_currency')),
    isClosed: truth(optionalText(properties, 'hs_is_closed')),
    isWon: truth(optionalText(properties, 'hs_is_closed_won')),
    probability: filled(optionalText(properties, 'hs_deal_stage_probability')),
  };
}

function filled(value: string | null): string | null {
  return value === '' ? null : value;
}

/** All properties are text. */
function truth(value: string | null): boolean | null {
  return value === null || value === '' ? null : value === 'true';
}
