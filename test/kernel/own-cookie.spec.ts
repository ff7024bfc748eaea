import { describe, expect, it } from '@jest/globals';
import { OwnCookie } from '../../src/kernel/own-cookie.js';

const facts = { name: 'tin', sameSite: 'Lax' } as const;
const secure = new OwnCookie(facts, 'https://numoon.example');
const plain = new OwnCookie(facts, 'http://localhost:3000');

describe('a cookie of ours', () => {
  it('is set for this host alone over TLS, and as plain as the address elsewhere', () => {
    expect(secure.set('v', { maxAgeS: 60 })).toBe(
      '__Host-tin=v; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=60',
    );
    expect(plain.set('v', { expiresAt: new Date(0) })).toBe(
      'tin=v; Path=/; HttpOnly; SameSite=Lax; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    );
    expect(new OwnCookie(facts, null).name).toBe('tin');
  });

  it('is read under the name it is set under, and under the other one never', () => {
    for (const [mine, other] of [
      [secure, plain],
      [plain, secure],
    ] as const) {
      const [pair] = mine.set('v', { maxAgeS: 60 }).split(';');
      expect([mine.read(pair), other.read(pair)]).toEqual(['v', null]);
    }
  });

  it.each([
    [undefined, null],
    ['', null],
    ['tin', null],
    ['xtin=1; tint=2', null],
    ['tin=', ''],
    ['a=b;tin = 1 ; tin=2', '1'],
    ['tin=a=b', 'a=b'],
  ])('of the header %j is %j', (header, value) => {
    expect(plain.read(header)).toBe(value);
  });
});
