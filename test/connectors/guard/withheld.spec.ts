import { describe, expect, test } from '@jest/globals';
import { DimensionGuard } from '../../../src/connectors/kit/guard/dimension-guard.js';
import { madeCard, madeEmail, madeIban, madePhone, madeSsn } from './made-numbers.js';
import { DISGUISES, amid, grouped } from './notations.js';
import { Seeded } from './seeded.js';

const ROUNDS = 200;

/** Those of the made values that pass: none should. */
function passing(make: (random: Seeded) => string, seed: number): string[] {
  const random = new Seeded(seed);
  return Array.from({ length: ROUNDS }, () => make(random)).filter(
    (value) => 'value' in new DimensionGuard().check(value),
  );
}

describe.each(Object.entries(DISGUISES))('written %s, the guard withholds', (name, disguise) => {
  const kinds = {
    'a card number': (random: Seeded) => grouped(random, madeCard(random)),
    'an IBAN': (random: Seeded) => madeIban(random),
    'an IBAN in groups': (random: Seeded) =>
      (madeIban(random).match(/.{1,4}/g) ?? []).join(random.pick([' ', '-'])),
    'a social security number': madeSsn,
    'an e-mail address': madeEmail,
    'a phone number': madePhone,
  };
  test.each(Object.entries(kinds))('%s', (_kind, make) => {
    expect(passing((random) => disguise(make(random)), name.length)).toEqual([]);
  });

  test.each(Object.entries(kinds))('%s among other words', (_kind, make) => {
    expect(passing((random) => disguise(amid(random, make(random))), name.length + 1)).toEqual([]);
  });
});

describe('the guard withholds', () => {
  test.each([
    ['card-number', '4242 4242 4242 4242'],
    ['card-number', '378282246310005'],
    ['card-number', '4222222222222'],
    ['card-number', 'Paid 12/29 with 5555555555554444 123'],
    ['card-number', 'card4111111111111111x'],
    ['iban', 'DE89 3704 0044 0532 0130 00'],
    ['iban', 'gb29nwbk60161331926819'],
    ['iban', 'IBANDE89370400440532013000'],
    ['bank-number', 'Account number: 000123456789'],
    ['bank-number', 'acct 12345678'],
    ['bank-number', 'Routing 021000021'],
    ['bank-number', 'ACH 021000021'],
    ['bank-number', 'wire to 121000358 please'],
    ['bank-number', 'Kontonummer 1234567890'],
    ['bank-number', 'BLZ 370 400 44'],
    ['bank-number', 'Sort code 12-34-56'],
    ['bank-number', 'BSB 062-000'],
    ['bank-number', 'CLABE 002010077777777771'],
    ['bank-number', 'bank account 00012345678'],
    ['bank-number', 'account 000123456789'],
    ['social-security-number', '123-45-6789'],
    ['social-security-number', 'SSN 123456789'],
    ['social-security-number', 'Social Security: 123 45 6789'],
    ['social-security-number', '912-70-1234'],
    ['email-address', 'ada@example.com'],
    ['email-address', 'mailto:ada@example.com?subject=x'],
    ['email-address', 'ada (at) example (dot) com'],
    ['email-address', 'ada[at]example.com'],
    ['email-address', 'ada @ example.com'],
    ['email-address', '/unsubscribe?e=ada%40example.com'],
    ['email-address', 'ada&commat;example&period;com'],
    ['email-address', 'ada@[192.0.2.1]'],
    ['email-address', 'пользователь@пример.рф'],
    ['phone-number', '+4917698765432'],
    ['phone-number', 'tel:+1-415-555-0123'],
    ['phone-number', '(415) 555-0123'],
    ['phone-number', '00442079460958'],
    ['phone-number', 'call 4155550123'],
    ['control-character', 'two\nlines'],
    ['control-character', 'nul\0'],
    ['control-character', 'half \ud800'],
    ['too-long', 'x'.repeat(2_001)],
  ])('as %s: %j', (rule, value) => {
    expect(new DimensionGuard().check(value)).toEqual({ withheld: rule });
  });

  test('and counts by rule, without the values', () => {
    const guard = new DimensionGuard();
    for (const value of ['ada@example.com', 'bob@example.com', '+4917698765432', 'Blue']) {
      guard.check(value);
    }
    expect(guard.counts()).toEqual({ 'email-address': 2, 'phone-number': 1 });
    expect(JSON.stringify(guard)).not.toContain('example');
  });

  test('nothing, and in no time, where long values are made to be slow to look through', () => {
    const guard = new DimensionGuard();
    const pieces = [
      'a.',
      '- ',
      '(',
      '&#',
      '%3',
      'a-',
      'tel ',
      'account ',
      'DE',
      '@',
      '(at)',
      '.',
      '" ',
    ];
    // A pattern that tries every way to split these never comes back.
    const kept = pieces.map((piece) => guard.check(piece.repeat(2_000).slice(0, 2_000)));
    expect(kept.every((checked) => 'value' in checked)).toBe(true);
  });
});
