import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { SEAL_OVERHEAD_BYTES, SealedBox } from '../../src/infrastructure/envelope/sealed-box.js';

describe('a sealed box', () => {
  const key = randomBytes(32);
  const box = new SealedBox(key);

  it('opens what it sealed, of any length, and seals the same thing differently each time', () => {
    for (const bytes of [0, 1, 15, 16, 17, 1000, 100_000]) {
      const plaintext = randomBytes(bytes);
      const sealed = box.seal(plaintext, 'here');
      expect(sealed).toHaveLength(bytes + SEAL_OVERHEAD_BYTES);
      expect(new SealedBox(key).open(sealed, 'here')).toEqual(plaintext);
      expect(box.seal(plaintext, 'here')).not.toEqual(sealed);
    }
  });

  it('refuses every flipped bit, every cut and every addition', () => {
    const sealed = box.seal(Buffer.from('twelve bytes'), 'here');
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const bad = Buffer.from(sealed);
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => box.open(bad, 'here')).toThrow(expect.objectContaining({ code: 'seal_broken' }));
    }
    for (let length = 0; length < sealed.length; length++) {
      expect(() => box.open(sealed.subarray(0, length), 'here')).toThrow(
        expect.objectContaining({ code: 'seal_broken' }),
      );
    }
    expect(() => box.open(Buffer.concat([sealed, Buffer.of(1)]), 'here')).toThrow(
      expect.objectContaining({ code: 'seal_broken' }),
    );
  });

  it('refuses other associated data and another key', () => {
    const sealed = box.seal(Buffer.from('x'), 'here');
    const broken = expect.objectContaining({ code: 'seal_broken' });
    for (const where of ['', 'there', 'here ', 'her'])
      expect(() => box.open(sealed, where)).toThrow(broken);
    expect(() => new SealedBox(randomBytes(32)).open(sealed, 'here')).toThrow(broken);
  });

  it('keeps its own copy of the key and never prints it', () => {
    const mine = randomBytes(32);
    const copy = Buffer.from(mine);
    const other = new SealedBox(mine);
    mine.fill(0);
    expect(new SealedBox(copy).open(other.seal(Buffer.from('x'), ''), '')).toEqual(
      Buffer.from('x'),
    );
    expect(inspect(other, { showHidden: true, depth: 9 })).not.toContain(
      copy.toString('hex', 0, 4),
    );
    expect(() => new SealedBox(randomBytes(16))).toThrow(RangeError);
  });
});
