import { describe, expect, test } from '@jest/globals';
import { BrokenPageError } from '../../../src/connectors/kit/provider-errors.js';
import { boolean } from '../../../src/connectors/kit/read/boolean.js';
import { decimal } from '../../../src/connectors/kit/read/decimal.js';
import { decimalUnits } from '../../../src/connectors/kit/read/decimal-units.js';
import { isoInstant } from '../../../src/connectors/kit/read/iso-instant.js';
import { list } from '../../../src/connectors/kit/read/list.js';
import { object } from '../../../src/connectors/kit/read/object.js';
import { oneOf } from '../../../src/connectors/kit/read/one-of.js';
import { optionalList } from '../../../src/connectors/kit/read/optional-list.js';
import { optionalObject } from '../../../src/connectors/kit/read/optional-object.js';
import { optionalText } from '../../../src/connectors/kit/read/optional-text.js';
import { optionalWhole } from '../../../src/connectors/kit/read/optional-whole.js';
import { property } from '../../../src/connectors/kit/read/property.js';
import { text } from '../../../src/connectors/kit/read/text.js';
import { unixSeconds } from '../../../src/connectors/kit/read/unix-seconds.js';
import { whole } from '../../../src/connectors/kit/read/whole.js';
import { wholeText } from '../../../src/connectors/kit/read/whole-text.js';

type Reader = (value: unknown, name: string) => unknown;

/** Everything that JSON can be, and what only programs can. */
const ANYTHING: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  -1,
  1.5,
  1e300,
  Number.NaN,
  Infinity,
  '',
  'secret text',
  '2026-01-31T12:00:00Z',
  '12',
  '12.5',
  [],
  [1],
  {},
  { secret: 1 },
];

const READERS: Readonly<Record<string, readonly [Reader, (value: unknown) => boolean]>> = {
  text: [text, (value) => typeof value === 'string'],
  optionalText: [optionalText, (value) => typeof value === 'string' || value == null],
  whole: [whole, Number.isSafeInteger],
  optionalWhole: [optionalWhole, (value) => Number.isSafeInteger(value) || value == null],
  wholeText: [wholeText, (value) => value === '12'],
  boolean: [boolean, (value) => value === true],
  object: [object, (value) => value instanceof Object && !Array.isArray(value)],
  optionalObject: [
    optionalObject,
    (value) => (value instanceof Object && !Array.isArray(value)) || value == null,
  ],
  list: [list, Array.isArray],
  optionalList: [optionalList, (value) => Array.isArray(value) || value == null],
  oneOf: [(value, name) => oneOf(value, name, ['12', '13']), (value) => value === '12'],
  unixSeconds: [unixSeconds, (value) => value === 0],
  isoInstant: [isoInstant, (value) => value === '2026-01-31T12:00:00Z'],
  decimal: [
    (value, name) => decimal(value, name, 2),
    (value) => ['12', '12.5', 0, -1, 1.5].includes(value as string),
  ],
};

describe.each(Object.entries(READERS))('%s', (_name, [read, fits]) => {
  test.each(ANYTHING.map((value) => [String(JSON.stringify(value) ?? value), value]))(
    'takes %s or says what it should be',
    (_shown, value) => {
      const reading = (): unknown => read({ field: value }, 'field');
      if (fits(value)) expect(reading).not.toThrow();
      else {
        expect(reading).toThrow(BrokenPageError);
        expect(reading).toThrow(/field is /);
        expect(reading).not.toThrow(/secret|12\.5|1e\+?300/);
      }
    },
  );

  test.each([undefined, null, 1, 'secret', true, []])('finds nothing in %j', (parent) => {
    const reading = (): unknown => read(parent, 'field');
    if (fits(undefined)) expect(reading).not.toThrow();
    else expect(reading).toThrow(BrokenPageError);
  });

  test.each(['__proto__', 'constructor', 'toString', 'length', 'hasOwnProperty'])(
    'does not find what all objects have: %s',
    (name) => {
      const reading = (): unknown => read({}, name);
      if (fits(undefined)) expect(reading()).toEqual(read({}, 'absent'));
      else expect(reading).toThrow(BrokenPageError);
    },
  );
});

describe('a reader', () => {
  test('says where in the answer it looked, and none of the content', () => {
    const body: unknown = JSON.parse('{"data":[{"lines":{"data":[{"amount":"secret"}]}}]}');
    const lines = list(list(body, 'data').map((item) => object(item, 'lines'))[0], 'data');
    expect(() => whole(lines[0], 'amount')).toThrow(
      expect.objectContaining({ rule: 'data[].lines.data[].amount is a whole number' }),
    );
  });

  test('finds an own value of any name', () => {
    const body: unknown = JSON.parse('{"__proto__":1,"constructor":2}');
    expect([property(body, '__proto__'), property(body, 'constructor')]).toEqual([1, 2]);
  });

  test.each([
    [0, 0],
    [1_764_072_000, 1_764_072_000_000],
    [253_402_300_799, 253_402_300_799_000],
  ])('reads %i seconds as milliseconds', (seconds, ms) => {
    expect(unixSeconds({ at: seconds }, 'at')).toBe(ms);
  });

  test.each([-1, 1_764_072_000_000, 1.5, '1764072000'])(
    'does not take %j for seconds',
    (seconds) => {
      expect(() => unixSeconds({ at: seconds }, 'at')).toThrow(BrokenPageError);
    },
  );

  test.each([
    ['2026-11-25T12:00:00Z', '2026-11-25T12:00:00.000Z'],
    ['2026-11-25T12:00:00.123456Z', '2026-11-25T12:00:00.123Z'],
    ['2026-11-25T12:00Z', '2026-11-25T12:00:00.000Z'],
    ['2026-11-25T12:00:00+01:00', '2026-11-25T11:00:00.000Z'],
    ['2026-11-25T12:00:00-0530', '2026-11-25T17:30:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('reads the instant %s', (written, meant) => {
    expect(new Date(isoInstant({ at: written }, 'at')).toISOString()).toBe(meant);
  });

  test.each([
    '2026-11-25',
    '2026-11-25T12:00:00',
    '2026-02-29T12:00:00Z',
    '2026-11-31T12:00:00Z',
    '2026-11-25T25:00:00Z',
    '2026-11-25T12:61:00Z',
    'Wed, 25 Nov 2026 12:00:00 GMT',
    '1764072000',
    '+2026-11-25T12:00:00Z',
    '2026-11-25T12:00:00+99:00',
  ])('does not take %s for an instant', (written) => {
    expect(() => isoInstant({ at: written }, 'at')).toThrow(BrokenPageError);
  });
});

describe('a decimal number in units', () => {
  test.each([
    ['1000.5', 2, 100_050],
    ['0', 2, 0],
    ['-0.00', 2, 0],
    ['-12.34', 2, -1_234],
    ['+1.1', 2, 110],
    ['007.10', 2, 710],
    ['12', 0, 12],
    ['1.005', 2, 100],
    ['1.015', 2, 102],
    ['1.0150', 2, 102],
    ['1.0151', 2, 102],
    ['1.0051', 2, 101],
    ['1.0049999999', 2, 100],
    ['-1.005', 2, -100],
    ['-1.015', 2, -102],
    ['0.5', 0, 0],
    ['1.5', 0, 2],
    ['2.5', 0, 2],
    ['2.50000000000000000000000000000000000001', 0, 3],
    ['90071992547409.91', 2, 9_007_199_254_740_991],
    ['0.1234567', 3, 123],
  ])('%s at %i digits is %i', (written, digits, units) => {
    expect(decimalUnits(written, digits)).toBe(units);
  });

  test.each([
    '',
    ' ',
    '.5',
    '5.',
    '1,5',
    '1e3',
    '1E-7',
    'NaN',
    'Infinity',
    '0x10',
    '--1',
    '1.2.3',
    ' 1',
    '1\n',
    '１',
    '9'.repeat(31),
    '90071992547409.92',
  ])('%j is none', (written) => expect(() => decimalUnits(written, 2)).toThrow(BrokenPageError));

  test('never differs from a sum made exactly, over many amounts', () => {
    for (let cents = -5_000; cents <= 5_000; cents += 1) {
      const sign = cents < 0 ? '-' : '';
      const plain = Math.abs(cents);
      const written = `${sign}${Math.floor(plain / 100)}.${String(plain % 100).padStart(2, '0')}`;
      if (decimalUnits(written, 2) !== (cents === 0 ? 0 : cents)) throw new Error(written);
    }
    expect(decimal({ price: 12.3 }, 'price', 2)).toBe(1_230);
  });
});
