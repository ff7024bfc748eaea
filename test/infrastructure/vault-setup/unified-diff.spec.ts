import { describe, expect, test } from '@jest/globals';
import { unifiedDiff } from '../../../src/infrastructure/vault/setup/unified-diff.js';

const NAMES: [string, string] = ['before', 'after'];

describe('a unified diff', () => {
  test('is empty for the same lines, whatever blank ones end them', () => {
    expect(unifiedDiff('a\nb\n', 'a\nb', NAMES)).toBe('');
    expect(unifiedDiff('', '\n', NAMES)).toBe('');
  });

  test('of something new has all its lines', () => {
    expect(unifiedDiff('', 'a\nb', NAMES)).toBe('--- before\n+++ after\n@@ -0,0 +1,2 @@\n+a\n+b');
  });

  test('shows three lines around a change, and each part with its place', () => {
    const before = Array.from({ length: 20 }, (_, at) => `line ${at + 1}`);
    const after = before.with(1, 'changed').toSpliced(15, 1);
    expect(unifiedDiff(before.join('\n'), after.join('\n'), NAMES).split('\n')).toEqual([
      '--- before',
      '+++ after',
      '@@ -1,5 +1,5 @@',
      ' line 1',
      '-line 2',
      '+changed',
      ' line 3',
      ' line 4',
      ' line 5',
      '@@ -13,7 +13,6 @@',
      ' line 13',
      ' line 14',
      ' line 15',
      '-line 16',
      ' line 17',
      ' line 18',
      ' line 19',
    ]);
  });
});
