import type { OpenAPIObject } from '@nestjs/swagger';
import { Schemas } from './schemas.js';

/** An answer, as it came. */
export interface Documentable {
  method: string;
  /** With its query. */
  path: string;
  status: number;
  headers: Readonly<Record<string, string | undefined>>;
  text: string;
}

interface Response {
  $ref?: string;
  content?: Record<string, { schema?: object; examples?: object }>;
  headers?: Record<string, { required?: boolean }>;
}

interface Route {
  method: string;
  path: string;
  matches: RegExp;
  responses: Record<string, Response>;
}

const PROBLEM = 'application/problem+json';

const PROBLEM_SCHEMA = { $ref: '#/components/schemas/Problem' };

/** Holds answers against an OpenAPI document. */
export class ApiDocument {
  readonly #schemas: Schemas;
  readonly #routes: Route[];

  constructor(readonly json: OpenAPIObject) {
    this.#schemas = new Schemas(json.components?.schemas ?? {});
    this.#routes = Object.entries(json.paths)
      .flatMap(([path, item]) =>
        Object.entries(item as Record<string, { responses: Record<string, Response> }>).map(
          ([method, { responses }]) => ({ method, path, matches: patternOf(path), responses }),
        ),
      )
      // What is written out comes before what a parameter would take as well.
      .toSorted((a, b) => parametersOf(a.path) - parametersOf(b.path));
  }

  /** What of an answer is outside the document; empty where all of it is as documented. */
  faults(answer: Documentable): string[] {
    const path = answer.path.split('?', 1)[0] ?? '';
    const method = answer.method.toLowerCase();
    const named = method === 'head' ? 'get' : method;
    const route = this.#routes.find((it) => it.method === named && it.matches.test(path));
    if (route === undefined) return this.#unrouted(answer);
    const { status } = answer;
    const response = this.#resolved(route.responses[String(status)]);
    if (response === undefined) return [`the status ${status} is not documented`];
    return [
      ...missingHeaders(response, answer),
      ...this.#contentFaults(response, answer),
      ...codeFaults(response, answer),
    ];
  }

  /** Pages are people's, and where nothing is there is nothing documented; but a refusal has its form. */
  #unrouted({ status, headers, text }: Documentable): string[] {
    if (status < 400 || typeOf(headers) !== PROBLEM || text === '') return [];
    const faults = this.#schemas.faults(PROBLEM_SCHEMA, JSON.parse(text));
    if (status === 405 && headers['allow'] === undefined) faults.push('405 without Allow');
    return faults;
  }

  #contentFaults({ content = {} }: Response, { headers, text, method }: Documentable): string[] {
    if (method.toUpperCase() === 'HEAD') return text === '' ? [] : ['a body in an answer to HEAD'];
    const types = Object.keys(content);
    if (types.length === 0) return text === '' ? [] : ['a body where none is documented'];
    const type = typeOf(headers);
    if (type === undefined || !types.includes(type)) return [`the type ${type} is not documented`];
    const { schema } = content[type] ?? {};
    if (schema === undefined) return [`no schema of ${type} is documented`];
    return this.#schemas.faults(schema, type.endsWith('json') ? JSON.parse(text) : text);
  }

  #resolved(response: Response | undefined): Response | undefined {
    const name = response?.$ref?.split('/').at(-1);
    if (name === undefined) return response;
    return this.json.components?.responses?.[name] as Response | undefined;
  }
}

/** Of refusals below 500 each code is documented; what may fail on our side is too much to list. */
function codeFaults({ content }: Response, { status, headers, text }: Documentable): string[] {
  if (status < 400 || status >= 500 || text === '' || typeOf(headers) !== PROBLEM) return [];
  const { code } = JSON.parse(text) as { code: string };
  const codes = Object.keys(content?.[PROBLEM]?.examples ?? {});
  return codes.includes(code) ? [] : [`the code ${code} is not documented for ${status}`];
}

function missingHeaders(response: Response, { headers }: Documentable): string[] {
  return Object.entries(response.headers ?? {})
    .filter(([name, { required }]) => required === true && !headers[name.toLowerCase()])
    .map(([name]) => `the header ${name} is missing`);
}

function typeOf(headers: Documentable['headers']): string | undefined {
  return headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
}

function patternOf(path: string): RegExp {
  const parts = path.split(/\{[^}]+\}/).map((text) => text.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}

function parametersOf(path: string): number {
  return path.split('{').length;
}
