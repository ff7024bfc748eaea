import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

type Part = Record<string, unknown>;

const ID = 'document';

/** Words of OpenAPI that say nothing about a value. */
const WORDS = ['example', 'discriminator', 'xml', 'externalDocs'];

/**
 * The schemas of a document, compiled when they are first asked for. An object must have no other fields
 * than the document names: a client may ignore what it does not know, but nothing may be told unawares.
 */
export class Schemas {
  readonly #ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false });
  readonly #compiled = new WeakMap<object, ValidateFunction>();

  /** @param named the schemas that others refer to, by name */
  constructor(named: Readonly<Record<string, unknown>>) {
    (addFormats as unknown as (ajv: Ajv2020) => void)(this.#ajv);
    this.#ajv.addVocabulary(WORDS);
    this.#ajv.addFormat('password', true);
    this.#ajv.addSchema({ $defs: closed(named) } as Part, ID);
  }

  /** What is wrong with a value; empty where nothing is. */
  faults(schema: object, value: unknown): string[] {
    const validate = this.#compiled.get(schema) ?? this.#ajv.compile(closed(schema) as Part);
    this.#compiled.set(schema, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${instancePath === '' ? '(whole)' : instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }
}

/** @param names its keys are names of fields, were they those of words */
function closed(value: unknown, key = '', names = false): unknown {
  if (key === '$ref') return String(value).replace('#/components/schemas/', `${ID}#/$defs/`);
  if (!names && ['example', 'examples', 'default', 'enum'].includes(key)) return value;
  if (Array.isArray(value)) return value.map((item) => closed(item));
  if (typeof value !== 'object' || value === null) return value;
  const fields = key === 'properties' && !names;
  const part = Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, closed(item, name, fields)]),
  );
  const isObject = part['type'] === 'object' || String(part['type']) === 'object,null';
  if (fields || !isObject || part['properties'] === undefined) return part;
  return { additionalProperties: false, ...part };
}
