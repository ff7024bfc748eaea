import { describe, expect, it } from '@jest/globals';
import * as jsonc from 'jsonc-parser';
import { TOKEN } from '../../src/infrastructure/json/json-tokens.js';
import { parseStrictJson } from '../../src/infrastructure/json/strict-json.js';
import { seeded } from '../support/seeded.js';

const parse = (text: string) => parseStrictJson(Buffer.from(text, 'utf8'));
function fault(body: string | Buffer): Record<string, unknown> & { code: string } {
  try {
    parseStrictJson(typeof body === 'string' ? Buffer.from(body, 'utf8') : body);
  } catch (error) {
    const { code, fields } = error as { code: string; fields: Record<string, unknown> };
    return { ...fields, code };
  }
  throw new Error(`accepted: ${String(body).slice(0, 80)}`);
}
const DEEP = 100_000;
const nest = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('strict JSON accepts', () => {
  it.each([
    '{}',
    '[]',
    'null',
    'true',
    '0',
    '-0',
    '1e3',
    '1.5E-3',
    '""',
    ' \t\r\n{ "a" : [ 1 , {} ] } ',
    '{"a":{"a":1},"b":[{"a":1},{"a":2}]}',
    '["\\u0041\\n\\/\\"\\\\", "\\ud83d\\ude00", "😀", "\u2028"]',
    '{"":1}',
    '["a","a"]',
    '{"Constructor":1,"proto":2}',
    '[[[[[[[[[[1]]]]]]]]]]',
  ])('%s', (text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it('exactly what JSON.parse gives, for random documents', () => {
    const random = seeded(7);
    for (let round = 0; round < 2_000; round++) {
      const value = randomValue(random, 0);
      const text = JSON.stringify(value, null, round % 3 === 0 ? 2 : 0);
      expect(parse(text)).toEqual(value);
    }
  });
});

describe('strict JSON refuses', () => {
  it.each(['{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '{"x":{"a":1,"b":{},"a":[]}}', '[{"":1,"":2}]'])(
    'a key that comes twice: %s',
    (text) => expect(fault(text).code).toBe('json_duplicate_key'),
  );

  it.each([
    '{"__proto__":{}}',
    '{"a":{"constructor":1}}',
    '[{"prototype":1}]',
    '{"\\u005f_proto__":1}',
    '{"__pro\\u0074o__":1}',
  ])('a key that reaches a prototype: %s', (text) => {
    expect(fault(text).code).toBe('json_forbidden_key');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([
    '',
    ' ',
    '{',
    '}',
    '[',
    ']',
    '{]',
    '[}',
    '[1,]',
    '{"a":1,}',
    '[,1]',
    '[1 2]',
    '{"a" 1}',
    '{"a":}',
    '{a:1}',
    "{'a':1}",
    '{"a":1}{}',
    '1 1',
    '01',
    '+1',
    '.5',
    '1.',
    '1e',
    '-',
    '0x10',
    'NaN',
    'Infinity',
    'nul',
    'TRUE',
    'undefined',
    '// c\n{}',
    '{}//',
    '{/* c */}',
    '[1/**/]',
    '/',
    '"a',
    '"\\x41"',
    '"\\u12"',
    '"a\nb"',
    '"a\tb"',
    '{1:2}',
    '{"a":1:2}',
    '{"a","b"}',
    '["a":1]',
    ',',
    ':',
    '\u00a0{}',
    '{}\u2028',
    '\v{}',
    '1e999',
    '-1e999',
    `[${'9'.repeat(400)}]`,
  ])('what is not JSON or has no finite value: %j', (text) => {
    expect(fault(text).code).toBe('json_invalid');
  });

  it.each([
    '"a\\u0000"',
    '{"a\\u0000":1}',
    '"\0"',
    '{"\0":1}',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '{"\\ud83d":1}',
    '"x\\ud83dy"',
  ])('text that no database keeps: %j', (text) => {
    expect(fault(text).code).toBe('json_bad_text');
  });

  it.each([
    ['a stray continuation byte', [0x22, 0x80, 0x22]],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a cut sequence', [0x22, 0xe2, 0x82, 0x22]],
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x7b, 0x7d]],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
  ])('bytes that are not plain UTF-8: %s', (_name, bytes) => {
    expect(fault(Buffer.from(bytes)).code).toBe('json_bad_text');
  });

  it('nesting beyond the limit, however deep, without running out of stack', () => {
    expect(parse(nest(32))).toBeDefined();
    expect(fault(nest(33)).code).toBe('json_too_deep');
    expect(fault(nest(DEEP)).code).toBe('json_too_deep');
    expect(fault('{"a":'.repeat(DEEP / 4)).code).toBe('json_too_deep');
    const roomy = { maxDepth: 1_000_000, maxBytes: 10_000_000 };
    expect(() => parseStrictJson(Buffer.from(nest(DEEP)), roomy)).not.toThrow();
  });

  it('more bytes than the limit', () => {
    expect(fault(`"${'x'.repeat(256 * 1024)}"`)).toMatchObject({
      code: 'json_too_large',
      maxBytes: 262_144,
    });
  });
});

describe('a fault', () => {
  it('says where, like a JSON pointer, and at which offset', () => {
    expect(fault('{"owner":{"emails":["x",1e999]}}')).toMatchObject({
      path: '/owner/emails/1',
      offset: 24,
    });
    expect(fault('{"a/b":{"~":1,"~":2}}')).toMatchObject({ path: '/a~1b/~0' });
    expect(fault('{"a\\u0000b":1}')).toMatchObject({ path: '/?', reason: 'nul' });
    expect(String(fault(`{"${'k'.repeat(9_999)}":!}`)['path']).length).toBeLessThan(80);
  });

  it('never repeats a value of the document', () => {
    const canary = 'canary-4111111111111111';
    for (const text of [
      `{"a":"${canary}","a":1}`,
      `{"a":"${canary}" !}`,
      `{"a":"${canary}\\u0000"}`,
      `{"a":${canary}}`,
    ]) {
      try {
        parse(text);
        throw new Error('accepted');
      } catch (error) {
        const shown =
          JSON.stringify(error) + String((error as Error).stack) + String((error as Error).cause);
        expect(shown).not.toContain('4111');
      }
    }
  });

  it('is found wherever one character of a document is damaged in a way that JSON.parse refuses', () => {
    const random = seeded(11);
    const good = '{"organization":"Caf\\u00e9","owner":{"name":"A","n":[1,2.5e3,true,null,-0]}}';
    for (let round = 0; round < 20_000; round++) {
      const at = Math.floor(random() * good.length);
      const piece = '{}[],:"\\0 e+-/*nu\n'.charAt(Math.floor(random() * 18));
      const bad = good.slice(0, at) + piece + good.slice(at + Math.floor(random() * 3));
      let plain: unknown;
      try {
        plain = JSON.parse(bad);
      } catch {
        expect(fault(bad).code).toBe('json_invalid');
        continue;
      }
      expect(parse(bad)).toEqual(plain);
    }
  });
});

it('reads the tokens of jsonc-parser by their right numbers', () => {
  const kinds = (jsonc as unknown as { SyntaxKind: Record<string, number> }).SyntaxKind;
  expect(TOKEN).toEqual({
    openObject: kinds['OpenBraceToken'],
    closeObject: kinds['CloseBraceToken'],
    openArray: kinds['OpenBracketToken'],
    closeArray: kinds['CloseBracketToken'],
    comma: kinds['CommaToken'],
    colon: kinds['ColonToken'],
    null: kinds['NullKeyword'],
    true: kinds['TrueKeyword'],
    false: kinds['FalseKeyword'],
    string: kinds['StringLiteral'],
    number: kinds['NumericLiteral'],
    end: kinds['EOF'],
  });
});

function randomValue(random: () => number, depth: number): unknown {
  const pick = Math.floor(random() * (depth > 6 ? 4 : 6));
  if (pick === 0) return null;
  if (pick === 1) return random() > 0.5;
  if (pick === 2) return (random() - 0.5) * 10 ** Math.floor(random() * 40 - 20);
  if (pick === 3) return randomText(random);
  const size = Math.floor(random() * 5);
  if (pick === 4) return Array.from({ length: size }, () => randomValue(random, depth + 1));
  return Object.fromEntries(
    Array.from({ length: size }, (_, i) => [
      `${randomText(random)}${i}`,
      randomValue(random, depth + 1),
    ]),
  );
}

function randomText(random: () => number): string {
  const alphabet = [
    'a',
    'Z',
    '"',
    '\\',
    '/',
    '\n',
    '\t',
    '\u0001',
    'é',
    '漢',
    '😀',
    '{',
    '}',
    ':',
    ',',
    '\u2028',
    ' ',
  ];
  return Array.from(
    { length: Math.floor(random() * 8) },
    () => alphabet[Math.floor(random() * alphabet.length)],
  ).join('');
}
