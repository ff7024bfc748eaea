import type { OpenAPIObject } from '@nestjs/swagger';
import type { Call } from '../support/edge-client.js';
import type { Random } from './random.js';
import { bodyText, HOSTILE, valueOf, type Named, type Schema } from './values.js';

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
  example?: unknown;
}

/** An operation of the document, with what may be sent to it. */
export interface Operation {
  id: string;
  method: string;
  path: string;
  parameters: readonly Parameter[];
  body: Schema | undefined;
}

/** Who calls, by the headers that say so. */
export type Callers = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A request, and who sends it, so that it can be sent again by hand. */
export interface Fuzzed extends Call {
  method: string;
  operation: Operation;
  caller: string;
}

export function operationsOf(document: OpenAPIObject): Operation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Record<string, unknown>>).map(([method, it]) => {
      const content = (it['requestBody'] as { content?: Record<string, { schema?: Schema }> })
        ?.content;
      return {
        id: String(it['operationId']),
        method: method.toUpperCase(),
        path,
        parameters: (it['parameters'] ?? []) as Parameter[],
        body: content?.['application/json']?.schema,
      };
    }),
  );
}

const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'QUERY',
  'TRACE',
  'PROPFIND',
];

const TYPES = ['text/plain', 'application/xml', 'application/json; charset=utf-16', 'nonsense'];

const ACCEPTS = ['*/*', 'text/csv', 'application/json;q=0, text/csv;q=0', 'image/png', '', ';;;'];

/** Makes requests out of a document and chance. */
export class Requests {
  constructor(
    private readonly named: Named,
    private readonly callers: Callers,
    /** Ids that there are, were, or never have been, by the path before the id. */
    private readonly ids: (path: string, random: Random) => string,
    private readonly random: Random,
  ) {}

  /** @param wild how often a part is not what the document has room for */
  make(operation: Operation, wild: number): Fuzzed {
    const { random } = this;
    const caller = this.#caller(operation);
    const method = random.chance(wild / 5) ? random.of(METHODS) : operation.method;
    const headers: Record<string, string> = { ...this.callers[caller] };
    if (random.chance(wild)) headers['accept'] = random.of(ACCEPTS);
    if (random.chance(0.15)) {
      headers['idempotency-key'] = random.of([
        `k${random.between(1, 5)}`,
        'with blanks',
        'k'.repeat(300),
      ]);
    }
    const payload = this.#payload(operation, method, wild);
    if (payload !== undefined) {
      headers['content-type'] = random.chance(wild / 5) ? random.of(TYPES) : 'application/json';
    }
    return {
      operation,
      caller,
      method,
      url: this.#path(operation, wild) + this.#query(operation, wild),
      headers,
      ...(payload === undefined ? {} : { payload }),
    };
  }

  /** Mostly somebody who may, so that there is more to see than refusals. */
  #caller({ path }: Operation): string {
    const all = Object.keys(this.callers);
    const admitted = all.filter((it) =>
      path.startsWith('/admin/') ? it === 'an administrator' : /^(?:the owner|a session)$/.test(it),
    );
    const { random } = this;
    return admitted.length > 0 && random.chance(0.5) ? random.of(admitted) : random.of(all);
  }

  #payload({ body }: Operation, method: string, wild: number): string | undefined {
    const { random } = this;
    if (method === 'GET' || method === 'HEAD') return undefined;
    if (body === undefined)
      return random.chance(wild) ? bodyText(random.of(HOSTILE), random) : undefined;
    if (random.chance(wild / 4)) return undefined;
    const value = valueOf(body, this.named, random, wild);
    return random.chance(wild) ? bodyText(value, random) : JSON.stringify(value);
  }

  #path({ path }: Operation, wild: number): string {
    const { random } = this;
    return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      if (random.chance(wild / 3)) return inUrl(random.of(HOSTILE)) || '%20';
      return name === 'id' ? this.ids(path, random) : random.of(['lemonade', 'nobody', 'toString']);
    });
  }

  #query({ parameters }: Operation, wild: number): string {
    const { random } = this;
    const often = random.of([0.2, 0.7]);
    const pairs = parameters
      .filter((it) => it.in === 'query' && (it.required === true || random.chance(often)))
      .flatMap(({ name, schema, example = schema.example }) => {
        const value = valueOf({ ...schema, example }, this.named, random, wild / 2);
        const written = [value].flat().map((one) => `${name}=${inUrl(one)}`);
        if (random.chance(wild / 4)) written.push(`${name}=again`);
        if (random.chance(wild / 6)) written.push(`${name}[]=1`);
        return written;
      });
    if (random.chance(wild / 4))
      pairs.push(random.of(['__proto__=1', 'toString=1', 'x', '=', '&&', '%ff=%ff']));
    return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
  }
}

function inUrl(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return encodeURIComponent(text.replaceAll(/\p{Cs}/gu, '?')).slice(0, 1_000);
}

/** The request in a form that can be sent again. */
export function describe({ caller, method, url, headers, payload }: Fuzzed): string {
  const { authorization: _, cookie: __, ...shown } = headers ?? {};
  return `${method} ${url} by ${caller} ${JSON.stringify(shown)}\n  ${String(payload ?? '(no body)').slice(0, 1_500)}`;
}
