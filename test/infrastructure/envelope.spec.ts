import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it, jest } from '@jest/globals';
import type { CellPlace } from '../../src/infrastructure/envelope/cell-place.js';
import {
  DataKey,
  KEY_MATERIAL_BYTES,
  SEAL_KEY_BYTES,
} from '../../src/infrastructure/envelope/data-key.js';
import { Nonces, WRITER_MAX } from '../../src/infrastructure/envelope/nonces.js';
import {
  isSealed,
  keyIdOf,
  OVERHEAD_BYTES,
} from '../../src/infrastructure/envelope/sealed-format.js';
import { sealedText } from '../../src/infrastructure/envelope/sealed-column.js';
import { TenantCipher } from '../../src/tenancy/keys/tenant-cipher.js';
import { seeded } from '../support/seeded.js';

const PLACE: CellPlace = { tenantId: 'tnt_a', table: 'members', column: 'name', row: 'mbr_1' };
const BROKEN = { code: 'sealed_value_broken' };
const NOT_AUTHENTIC = { ...BROKEN, fields: { reason: 'not-authentic' } };

const material = randomBytes(KEY_MATERIAL_BYTES);
const key = new DataKey(7, material);
const nonces = new Nonces(1);

function seal(plaintext: Buffer | string, place = PLACE, under = key): Buffer {
  return under.seal(place, Buffer.from(plaintext), nonces);
}

function caught(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('It was not refused.');
}

describe('a sealed value', () => {
  it('opens where it was sealed, whatever its length, and names its key', () => {
    const random = seeded(11);
    const lengths = [0, 1, 15, 16, 17, 1_000_000];
    for (let at = 0; at < 200; at += 1) lengths.push(Math.floor(random() * 2_000));
    for (const length of lengths) {
      const plaintext = randomBytes(length);
      const sealed = seal(plaintext);
      expect(sealed).toHaveLength(length + OVERHEAD_BYTES);
      expect(isSealed(sealed) && keyIdOf(sealed)).toBe(7);
      expect(key.open(PLACE, sealed).equals(plaintext)).toBe(true);
    }
  });

  it('is another one each time, also of equal plaintexts', () => {
    const values = Array.from({ length: 1_000 }, () => seal('yes').toString('hex'));
    expect(new Set(values).size).toBe(1_000);
  });

  it('opens in no other cell: every part of its place is bound', () => {
    const sealed = seal('Ada Okafor');
    const parts: (keyof CellPlace)[] = ['tenantId', 'table', 'column', 'row'];
    for (const part of parts) {
      for (const other of [
        '',
        'x',
        `${PLACE[part]} `,
        PLACE[part].slice(0, -1),
        `${PLACE[part]}\0`,
      ]) {
        const elsewhere = { ...PLACE, [part]: other };
        expect(caught(() => key.open(elsewhere, sealed))).toMatchObject(NOT_AUTHENTIC);
      }
    }
  });

  it('opens in no cell whose parts only run together to the same text', () => {
    const pairs: [Partial<CellPlace>, Partial<CellPlace>][] = [
      [
        { tenantId: 'a', table: 'bc' },
        { tenantId: 'ab', table: 'c' },
      ],
      [
        { table: 'a', column: 'bc' },
        { table: 'ab', column: 'c' },
      ],
      [
        { column: 'a', row: 'bc' },
        { column: 'ab', row: 'c' },
      ],
      [
        { column: 'a","b', row: 'c' },
        { column: 'a', row: 'b","c' },
      ],
      [
        { column: 'a', row: '","' },
        { column: 'a","', row: '' },
      ],
      [
        { tenantId: 'a/b', table: 'c' },
        { tenantId: 'a', table: 'b/c' },
      ],
      [
        { tenantId: 'a\\', table: '"' },
        { tenantId: 'a', table: '\\"' },
      ],
      [
        { column: 'name', row: '' },
        { column: '', row: 'name' },
      ],
    ];
    for (const [one, other] of pairs) {
      const sealed = seal('x', { ...PLACE, ...one });
      expect(key.open({ ...PLACE, ...one }, sealed).toString()).toBe('x');
      const elsewhere = { ...PLACE, ...other };
      expect(caught(() => key.open(elsewhere, sealed))).toMatchObject(NOT_AUTHENTIC);
    }
  });

  it('opens under no other key, and under no other id of its own key', () => {
    const sealed = seal('x');
    for (const other of [
      new DataKey(7, randomBytes(KEY_MATERIAL_BYTES)),
      new DataKey(8, material),
    ]) {
      expect(caught(() => other.open(PLACE, sealed))).toMatchObject(NOT_AUTHENTIC);
    }
    // Its header changed to that of a key with the same bytes.
    const relabelled = Buffer.from(sealed);
    relabelled.writeUInt16BE(8, 2);
    expect(caught(() => new DataKey(8, material).open(PLACE, relabelled))).toMatchObject(
      NOT_AUTHENTIC,
    );
  });

  it('opens with no bit flipped, wherever it is', () => {
    const column = sealedText(PLACE.table, PLACE.column);
    // Which key opens it is its user's to look up: bits of the key's id are refused there.
    const cipher = new TenantCipher(PLACE.tenantId, new Map([[key.id, key]]), key, null);
    const sealed = seal('a name');
    expect(cipher.openText(column, PLACE.row, sealed)).toBe('a name');
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const error = caught(() => cipher.openText(column, PLACE.row, changed));
      const code = bit >= 16 && bit < 32 ? 'data_key_unknown' : 'sealed_value_broken';
      expect([bit, error]).toMatchObject([bit, { code }]);
    }
  });

  it('opens neither cut at either end nor with anything added', () => {
    const sealed = seal('a name');
    for (let cut = 1; cut <= sealed.length; cut += 1) {
      for (const part of [sealed.subarray(0, -cut), sealed.subarray(cut)]) {
        expect([cut, caught(() => key.open(PLACE, part))]).toMatchObject([cut, BROKEN]);
      }
    }
    for (const longer of [Buffer.concat([sealed, Buffer.of(0)]), Buffer.concat([sealed, sealed])]) {
      expect(caught(() => key.open(PLACE, longer))).toMatchObject(NOT_AUTHENTIC);
    }
  });

  it('is nothing that has another magic or version, and no text', () => {
    const sealed = seal('a name');
    for (const [first, second] of [
      [0xff, 0x01],
      [0xfe, 0x02],
      [0xfe, 0x00],
    ] as const) {
      const other = Buffer.concat([Buffer.of(first, second), sealed.subarray(2)]);
      const error = caught(() => key.open(PLACE, other));
      expect(error).toMatchObject({ ...BROKEN, fields: { reason: 'not-sealed' } });
    }
    for (const text of ['', 'Ada', 'þ'.repeat(40), '\u{1f512}'.repeat(20), 'ÿþ'.repeat(40)]) {
      expect(isSealed(Buffer.from(text, 'utf8'))).toBe(false);
    }
  });

  it('that is refused says where it is, and nothing of the plaintext or the key', () => {
    const secret = 'correct-horse-battery-staple';
    const sealed = seal(secret.repeat(20));
    sealed.writeUInt8(sealed.readUInt8(40) ^ 1, 40);
    const errors = [
      caught(() => key.open(PLACE, sealed)),
      caught(() => key.open(PLACE, Buffer.from(secret))),
      caught(() => new DataKey(7, Buffer.from(secret))),
      caught(() => dropped().open(PLACE, sealed)),
    ];
    for (const error of errors) {
      const text = inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error);
      for (const encoding of ['utf8', 'hex', 'base64'] as const) {
        expect(text).not.toContain(Buffer.from(secret).toString(encoding).slice(0, 16));
        expect(text).not.toContain(material.toString(encoding).slice(0, 16));
      }
    }
    const { tenantId: _, ...where } = PLACE;
    expect(errors[0]).toMatchObject({ fields: where });
  });
});

function hashOf(under: DataKey, purpose: string, text: string): string {
  return under.hash(purpose, text).toString('hex');
}

function dropped(): DataKey {
  const gone = new DataKey(7, material);
  gone.drop();
  return gone;
}

describe('a data key', () => {
  it('prints nothing of itself', () => {
    const shown =
      inspect(key, { depth: 10, showHidden: true }) + JSON.stringify({ key }) + String(key);
    for (const part of [material.subarray(0, 16), material.subarray(32, 48)]) {
      for (const encoding of ['hex', 'base64', 'latin1'] as const) {
        expect(shown).not.toContain(part.toString(encoding).slice(0, 12));
      }
    }
  });

  it('works no more once it is dropped, twice too, and leaves its owner’s bytes alone', () => {
    const before = Buffer.from(material);
    const gone = dropped();
    gone.drop();
    const sealed = seal('x');
    for (const work of [
      () => gone.open(PLACE, sealed),
      () => seal('x', PLACE, gone),
      () => gone.hash('email', 'a@b'),
    ]) {
      expect(caught(work)).toMatchObject({ code: 'data_key_dropped' });
    }
    expect(material.equals(before)).toBe(true);
    expect(key.open(PLACE, sealed).toString()).toBe('x');
  });

  it('is made of its own copy: what its maker does with the bytes afterwards is no matter', () => {
    const bytes = Buffer.from(material);
    const made = new DataKey(7, bytes);
    bytes.fill(0);
    expect(made.open(PLACE, seal('x')).toString()).toBe('x');
  });

  it('comes as 64 bytes with an id from 1 to 65535, and not otherwise', () => {
    for (const id of [0, -1, 1.5, 65_536, NaN]) {
      expect(() => new DataKey(id, material)).toThrow(RangeError);
    }
    for (const length of [0, 32, 63, 65]) {
      expect(() => new DataKey(1, Buffer.alloc(length))).toThrow(RangeError);
    }
    expect(new DataKey(65_535, material).id).toBe(65_535);
  });

  it('hashes differently for each purpose and look-up key, and alike under a rotated one', () => {
    const rotated = Buffer.from(material);
    randomBytes(SEAL_KEY_BYTES).copy(rotated);
    const foreign = new DataKey(7, randomBytes(KEY_MATERIAL_BYTES));
    const hashes = [
      hashOf(key, 'email', 'a@b'),
      hashOf(key, 'email', 'a@c'),
      hashOf(key, 'idempotency-key', 'a@b'),
      hashOf(key, 'idempotency-secret', 'a@b'),
      hashOf(key, 'emai', 'la@b'),
      hashOf(foreign, 'email', 'a@b'),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(hashOf(new DataKey(8, rotated), 'email', 'a@b')).toBe(hashes[0]);
  });
});

describe('nonces of a writer', () => {
  it('begin with its number and count, so that no two of one writer or of two are equal', () => {
    const seen = new Set<string>();
    const writers = [1, 2, 256, WRITER_MAX];
    for (const writer of writers) {
      const own = new Nonces(writer);
      const parts = new Set<string>();
      for (let at = 0; at < 50_000; at += 1) {
        const nonce = own.next();
        expect(nonce.readUInt32BE(0) === writer && nonce.readUInt32BE(8) === at).toBe(true);
        parts.add(nonce.toString('hex', 4, 8));
        seen.add(nonce.toString('hex'));
      }
      expect(parts.size).toBe(1);
    }
    expect(seen.size).toBe(writers.length * 50_000);
  });

  it('differ also when a copy of a database gives out the same number again', () => {
    const randoms = Array.from({ length: 20 }, () => new Nonces(5).next().toString('hex'));
    expect(new Set(randoms).size).toBe(20);
  });

  it('end: a writer that used all of its own gets no more', () => {
    const own = new Nonces(1);
    expect(own.left).toBe(2 ** 32);
    for (let at = 0; at < 1_000; at += 1) own.next();
    expect(own.left).toBe(2 ** 32 - 1_000);
    expect(own.exhausted).toBe(false);
    // Counting to the end would take minutes.
    const end = jest.spyOn(Nonces.prototype, 'exhausted', 'get').mockReturnValue(true);
    expect(() => own.next()).toThrow(RangeError);
    expect(() => key.seal(PLACE, Buffer.from('x'), own)).toThrow(RangeError);
    end.mockRestore();
    expect(own.left).toBe(2 ** 32 - 1_000);
    for (const writer of [0, -1, 1.5, WRITER_MAX + 1]) {
      expect(() => new Nonces(writer)).toThrow(RangeError);
    }
  });
});
