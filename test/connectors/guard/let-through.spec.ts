import { describe, expect, test } from '@jest/globals';
import { DimensionGuard } from '../../../src/connectors/kit/guard/dimension-guard.js';
import { ORDINARY } from './ordinary-values.js';

describe('the guard lets through', () => {
  test(`${ORDINARY.length} ordinary values as they are`, () => {
    const guard = new DimensionGuard();
    const withheld = ORDINARY.flatMap((value) => {
      const checked = guard.check(value);
      return 'value' in checked && checked.value === value ? [] : [{ value, checked }];
    });
    expect(withheld).toEqual([]);
    expect(guard.counts()).toEqual({});
  });

  test('a long value, cut to 200 characters and never through the middle of one', () => {
    const checked = new DimensionGuard().check(`${'a'.repeat(199)}🎁🎁`);
    expect(checked).toEqual({ value: `${'a'.repeat(199)}🎁` });
  });

  test('no long value that hides something behind the cut', () => {
    const value = `${'a '.repeat(200)} ada@example.com`;
    expect(new DimensionGuard().check(value)).toEqual({ withheld: 'email-address' });
  });
});
