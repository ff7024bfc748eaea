import { hasBankNumber } from './bank-number.js';
import { hasCardNumber } from './card-number.js';
import { hasEmailAddress } from './email-address.js';
import type { GuardRule } from './guard-rule.js';
import { hasIban } from './iban.js';
import { hasPhoneNumber } from './phone-number.js';
import { plainViews } from './plain-views.js';
import { hasSocialSecurityNumber } from './social-security-number.js';

/** What is kept of a long value. */
const MAX_CHARACTERS = 200;

/** Beyond this it is no name of anything, and looking through it costs time. */
const MAX_CHECKED = 2_000;

const CONTROL = /\p{Cc}|\p{Cs}/u;

/** Printable ASCII without what encodings and addresses need. */
const SIMPLE = /^[ !"#$'*+,\-./0-9:;=?A-Z\\^_`a-z{|}~]*$/;

/** No number that the rules know has fewer digits. */
const FEWEST_DIGITS = 5;

const RULES: readonly (readonly [GuardRule, (text: string) => boolean])[] = [
  ['email-address', hasEmailAddress],
  ['card-number', hasCardNumber],
  ['iban', hasIban],
  ['social-security-number', hasSocialSecurityNumber],
  ['bank-number', hasBankNumber],
  ['phone-number', hasPhoneNumber],
];

/**
 * The last check of a dimension's value before it is kept: refuses what looks like a card number, a
 * bank number, a social security number, an e-mail address or a phone number, however it is written.
 * Mappers allow-list their fields, so this is for what people type where it does not belong.
 *
 * It counts what it refuses and remembers no value. One for each run.
 */
export class DimensionGuard {
  readonly #counts = new Map<GuardRule, number>();

  /** The value as it may be kept (a long one is cut), or the rule that it breaks. */
  check(value: string): { value: string } | { withheld: GuardRule } {
    const rule = brokenRule(value);
    if (rule === null) return { value: cut(value) };
    this.#counts.set(rule, (this.#counts.get(rule) ?? 0) + 1);
    return { withheld: rule };
  }

  /** How many values each rule has withheld; rules that withheld none are left out. */
  counts(): Readonly<Partial<Record<GuardRule, number>>> {
    return Object.fromEntries(this.#counts);
  }
}

function brokenRule(value: string): GuardRule | null {
  if (value.length > MAX_CHECKED) return 'too-long';
  if (CONTROL.test(value)) return 'control-character';
  if (SIMPLE.test(value) && digits(value) < FEWEST_DIGITS) return null;
  for (const view of plainViews(value)) {
    for (const [rule, breaks] of RULES) if (breaks(view)) return rule;
  }
  return null;
}

function digits(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39) count += 1;
  }
  return count;
}

function cut(value: string): string {
  if (value.length <= MAX_CHARACTERS) return value;
  return [...value].slice(0, MAX_CHARACTERS).join('');
}
