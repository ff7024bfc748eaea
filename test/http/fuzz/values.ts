import type { Random } from './random.js';

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  example?: unknown;
  additionalProperties?: boolean | Schema;
}

export type Named = Readonly<Record<string, Schema>>;

/** What breaks programs that did not think of it. */
export const HOSTILE: readonly unknown[] = [
  null,
  true,
  [],
  {},
  [[]],
  [null],
  '',
  ' ',
  0,
  -1,
  0.5,
  1e308,
  -0,
  2 ** 53,
  '\u0000',
  '\ud800',
  '\u202e',
  '\u200b',
  '\r\nX-Injected: 1',
  'null',
  'constructor',
  'toString',
  "'; DROP TABLE members; --",
  '<script>alert(1)</script>',
  '../../../etc/passwd',
  '%00%ff',
  '${7*7}{{7*7}}',
  'a'.repeat(5_000),
  '🦊'.repeat(300),
  { $ne: null },
  { toString: 'x' },
  { length: 1e9 },
];

/** A value the schema has room for, mostly; now and then one at its edge, or one that is hostile. */
export function valueOf(schema: Schema, named: Named, random: Random, wild: number): unknown {
  if (random.chance(wild)) return random.of(HOSTILE);
  const own = schema.$ref === undefined ? schema : named[schema.$ref.split('/').at(-1) ?? ''];
  if (own === undefined) return null;
  if (own.enum !== undefined) return random.of(own.enum);
  const isWhole = typeof own.example === 'object' && own.example !== null;
  if (isWhole && random.chance(0.6)) return own.example;
  const type = Array.isArray(own.type) ? random.of(own.type) : own.type;
  switch (type) {
    case 'object':
      return objectOf(own, named, random, wild);
    case 'array':
      return Array.from({ length: random.between(0, 3) }, () =>
        valueOf(own.items ?? {}, named, random, wild),
      );
    case 'integer':
    case 'number':
      return numberOf(own, random);
    case 'boolean':
      return random.chance(0.5);
    case 'null':
      return null;
    default:
      return textOf(own, random);
  }
}

function objectOf(schema: Schema, named: Named, random: Random, wild: number): object {
  const fields = Object.entries(schema.properties ?? {}).filter(
    ([name]) => random.chance(0.7) || schema.required?.includes(name) === true,
  );
  const kept = fields.filter(() => !random.chance(wild / 2));
  const made = kept.map(([name, field]) => [name, valueOf(field, named, random, wild)]);
  if (schema.properties === undefined || random.chance(wild / 2)) {
    const names = ['shop', 'toString', 'hasOwnProperty', '__proto__', 'extra', 'id', ''];
    made.push([random.of(names), random.of<unknown>(['text', null, {}])]);
  }
  return Object.fromEntries(made) as object;
}

function numberOf({ minimum = 0, maximum = 100 }: Schema, random: Random): number {
  return random.of([
    minimum,
    maximum,
    random.between(minimum, maximum),
    random.between(minimum, maximum),
    minimum - 1,
    maximum + 1,
  ]);
}

const filled = (length: number): string => 'n'.repeat(Math.max(0, length));

function textOf(schema: Schema, random: Random): string {
  const { minLength = 0, maxLength = 300, example } = schema;
  const texts = [
    filled(minLength),
    filled(maxLength),
    filled(maxLength + 1),
    filled(minLength - 1),
  ];
  if (schema.format === 'email') return `${filled(random.between(1, 12))}@example.com`;
  if (schema.format === 'date')
    return random.of(['2026-01-31', '2026-02-29', '2200-01-01', '0000-00-00']);
  if (typeof example === 'string' && random.chance(0.8)) return example;
  return random.of(texts);
}

/** The text of a body: JSON of the value, mostly; else what is no JSON, or is read in two ways. */
export function bodyText(value: unknown, random: Random): string {
  const text = JSON.stringify(value);
  if (random.chance(0.85)) return text;
  return random.of([
    '',
    text.slice(0, -1),
    `${text}${text}`,
    `\ufeff${text}`,
    `{"name":"a","name":"b"}`,
    '{"__proto__":{"role":"owner"}}',
    '{"constructor":{"prototype":{}}}',
    `${'['.repeat(100)}${']'.repeat(100)}`,
    `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`,
    '{"a":1e999}',
    '{"a":NaN}',
    `{"a":"${'x'.repeat(300_000)}"}`,
    '[]',
    'null',
    '"text"',
  ]);
}
