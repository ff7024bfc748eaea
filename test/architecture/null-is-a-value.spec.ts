import { expect, test } from '@jest/globals';
import { sources, withoutComments } from './sources.js';

test('a field that may be left out is marked with MayBeLeftOut, which does not let null through', () => {
  const lenient = sources(['src'], ['.ts'])
    .filter(({ text }) => /\b(?:IsOptional|skipMissingProperties)\b/.test(withoutComments(text)))
    .map(({ path }) => path);
  expect(lenient).toEqual([]);
});
