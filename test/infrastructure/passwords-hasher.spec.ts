import { describe, expect, it } from '@jest/globals';
import { hash as argon2Hash } from '@node-rs/argon2';
import {
  ARGON2_PARAMETERS,
  PasswordHasher,
} from '../../src/infrastructure/passwords/password-hasher.js';
import type { Argon2 } from '../../src/infrastructure/passwords/password-hasher.js';

/** An argon2 that answers when told, and remembers what it was asked. */
function heldArgon2() {
  const started: { encoded?: string; password: string; finish: () => void }[] = [];
  const argon2: Argon2 = {
    hash: (password) =>
      new Promise((resolve) =>
        started.push({ password, finish: () => resolve(`hash of ${password}`) }),
      ),
    verify: (encoded, password) =>
      new Promise((resolve) => started.push({ encoded, password, finish: () => resolve(true) })),
  };
  return { started, argon2 };
}
/** What decides the time a check takes: algorithm, version, cost parameters, length of salt and output. */
const cost = (encoded = '') => [...encoded.split('$').slice(1, 4), encoded.length];
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('a password hash', () => {
  const hasher = new PasswordHasher({ concurrency: 2 });

  it('is argon2id with the parameters OWASP recommends, and salted', async () => {
    const [one, two] = await Promise.all([
      hasher.hash('correct horse'),
      hasher.hash('correct horse'),
    ]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(one).not.toBe(two);
  });

  it('accepts its password and no other', async () => {
    const encoded = await hasher.hash('correct horse');
    expect(await hasher.verify(encoded, 'correct horse')).toBe(true);
    expect(await hasher.verify(encoded, 'correct horsf')).toBe(false);
    expect(await hasher.verify(encoded, '')).toBe(false);
    expect(await hasher.verify(encoded, 'x'.repeat(1_000_000))).toBe(false);
  });

  it('accepts the same password typed as another sequence of code points', async () => {
    const encoded = await hasher.hash('Zürich ﬁnal 2026');
    expect(await hasher.verify(encoded, 'Zu\u0308rich final 2026')).toBe(true);
  });

  it('that cannot be read is an error, not a wrong password', async () => {
    const broken = { code: 'password_hash_invalid' };
    await expect(hasher.verify('plain text', 'correct horse')).rejects.toMatchObject(broken);
  });

  it('asks to be renewed when made with other parameters', async () => {
    expect(hasher.needsRehash(await hasher.hash('correct horse'))).toBe(false);
    expect(hasher.needsRehash(await argon2Hash('x', { ...ARGON2_PARAMETERS, timeCost: 3 }))).toBe(
      true,
    );
    expect(hasher.needsRehash(await argon2Hash('x', { ...ARGON2_PARAMETERS, algorithm: 1 }))).toBe(
      true,
    );
    expect(hasher.needsRehash('plain text')).toBe(true);
  });
});

describe('an unknown account', () => {
  it('costs exactly the work of a known one and is never let in', async () => {
    const { started, argon2 } = heldArgon2();
    const hasher = new PasswordHasher({ concurrency: 1 }, argon2);
    const real = new PasswordHasher({ concurrency: 1 });
    const stored = await real.hash('correct horse');
    const known = hasher.verify(stored, 'wrong horse');
    const unknown = hasher.verifyNothing('wrong horse');
    await settle();
    expect(started).toHaveLength(1);
    started[0]?.finish();
    await settle();
    expect(started).toHaveLength(2);
    started[1]?.finish();
    expect([await known, await unknown]).toEqual([true, false]);
    expect(cost(started[1]?.encoded)).toEqual(cost(stored));
    expect(started[1]?.password).toBe(started[0]?.password);
    expect(await real.verifyNothing('wrong horse')).toBe(false);
  });
});

describe('a flood of hashing', () => {
  it('runs a few at once and the rest in order of arrival', async () => {
    const { started, argon2 } = heldArgon2();
    const hasher = new PasswordHasher({ concurrency: 2 }, argon2);
    const all = ['a', 'b', 'c', 'd', 'e'].map((password) => hasher.hash(password));
    await settle();
    expect(started.map((call) => call.password)).toEqual(['a', 'b']);
    for (let i = 0; i < 5; i++) {
      started[i]?.finish();
      await settle();
    }
    expect(started.map((call) => call.password)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(await Promise.all(all)).toHaveLength(5);
  });

  it('does not let a newcomer past those who wait', async () => {
    const { started, argon2 } = heldArgon2();
    const hasher = new PasswordHasher({ concurrency: 1 }, argon2);
    const all = [hasher.hash('a'), hasher.hash('b')];
    await settle();
    started[0]?.finish();
    await settle();
    all.push(hasher.hash('c'));
    await settle();
    expect(started.map((call) => call.password)).toEqual(['a', 'b']);
    for (const at of [1, 2]) {
      started[at]?.finish();
      await settle();
    }
    expect(await Promise.all(all)).toHaveLength(3);
  });

  it('is refused beyond the waiting list, and served again once that is shorter', async () => {
    const { started, argon2 } = heldArgon2();
    const hasher = new PasswordHasher({ concurrency: 1, maxWaiting: 2 }, argon2);
    const all = ['a', 'b', 'c'].map((password) => hasher.hash(password));
    await expect(hasher.hash('d')).rejects.toMatchObject({ code: 'hashing_busy' });
    await expect(hasher.verifyNothing('d')).rejects.toMatchObject({ code: 'hashing_busy' });
    started[0]?.finish();
    await settle();
    const late = hasher.hash('e');
    for (let i = 1; i < 4; i++) {
      started[i]?.finish();
      await settle();
    }
    expect(await Promise.all([...all, late])).toContain('hash of e');
  });

  it('gives its place on also when a hash fails', async () => {
    let calls = 0;
    const failing: Argon2 = {
      hash: () =>
        calls++ === 0 ? Promise.reject(new Error('out of memory')) : Promise.resolve('ok'),
      verify: () => Promise.resolve(true),
    };
    const hasher = new PasswordHasher({ concurrency: 1 }, failing);
    const [first, second] = await Promise.allSettled([hasher.hash('a'), hasher.hash('b')]);
    expect([first?.status, second?.status]).toEqual(['rejected', 'fulfilled']);
    expect(await hasher.hash('c')).toBe('ok');
  });
});
