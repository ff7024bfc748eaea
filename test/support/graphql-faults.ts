import { GraphqlTokens } from './graphql-tokens.js';
import { type GraphqlSchema, type GraphqlType, innermost } from './graphql-schema.js';

/** What of a query does not fit a published schema, one line a fault; empty where all fits. */
export function graphqlFaults(
  schema: GraphqlSchema,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): string[] {
  try {
    return new Check(schema, new GraphqlTokens(query), variables).run();
  } catch (error) {
    if (error instanceof SyntaxError) return [`syntax: ${error.message}`];
    throw error;
  }
}

/** Reads one operation and holds it against the schema on the way. Fragments have no names here: no query of ours does. */
class Check {
  readonly #faults: string[] = [];
  readonly #declared = new Map<string, string>();
  readonly #used = new Set<string>();

  constructor(
    private readonly schema: GraphqlSchema,
    private readonly tokens: GraphqlTokens,
    private readonly variables: Readonly<Record<string, unknown>>,
  ) {}

  run(): string[] {
    const kind = this.tokens.peek() === '{' ? 'query' : this.tokens.name();
    // A connector reads; whatever else it sends is a fault.
    if (kind !== 'query') this.#faults.push(`${kind} is no query`);
    if (/^[A-Za-z_]/.test(this.tokens.peek())) this.tokens.name();
    if (this.tokens.take('(')) this.#declare();
    this.#selections('QueryRoot', 'QueryRoot');
    if (!this.tokens.isEnd) throw new SyntaxError(`nothing is wanted after it, and not more`);
    for (const name of this.#declared.keys()) {
      if (!this.#used.has(name)) this.#faults.push(`$${name} is declared and not used`);
    }
    for (const name of Object.keys(this.variables)) {
      if (!this.#declared.has(name)) this.#faults.push(`$${name} is sent and not declared`);
    }
    return this.#faults;
  }

  #declare(): void {
    while (!this.tokens.take(')')) {
      this.tokens.need('$');
      const name = this.tokens.name();
      this.tokens.need(':');
      const type = this.tokens.type();
      this.#declared.set(name, type);
      const hasDefault = this.tokens.take('=');
      if (hasDefault) this.#value(type, `$${name}`);
      const sent = this.variables[name] ?? null;
      if (sent === null && type.endsWith('!') && !hasDefault) {
        this.#faults.push(`$${name} is ${type} and not sent`);
      }
      if (sent !== null) this.#plainValue(sent, type, `$${name}`);
    }
  }

  #selections(typeName: string, place: string): void {
    const type = this.#type(typeName);
    this.tokens.need('{');
    let count = 0;
    while (!this.tokens.take('}')) {
      count += 1;
      if (this.tokens.take('...')) this.#fragment(typeName, place);
      else this.#field(type, typeName, place);
    }
    if (count === 0) throw new SyntaxError(`${place} selects nothing`);
  }

  #fragment(typeName: string, place: string): void {
    this.tokens.need('on');
    const on = this.tokens.name();
    if (!this.schema.has(on)) this.#faults.push(`${place}: there is no type ${on}`);
    else if (!this.#canBe(typeName, on)) this.#faults.push(`${place}: ${typeName} is never ${on}`);
    this.#selections(on, place);
  }

  #field(type: GraphqlType, typeName: string, above: string): void {
    const first = this.tokens.name();
    const name = this.tokens.take(':') ? this.tokens.name() : first;
    const place = `${above}.${name}`;
    const field =
      name === '__typename' ? { type: 'String!', arguments: new Map() } : type.fields.get(name);
    if (field === undefined) this.#faults.push(`${typeName} has no field ${name}`);
    const given = new Set<string>();
    if (this.tokens.take('(')) {
      while (!this.tokens.take(')')) {
        const argument = this.tokens.name();
        this.tokens.need(':');
        given.add(argument);
        const known = field?.arguments.get(argument) as { type: string } | undefined;
        if (field !== undefined && known === undefined) {
          this.#faults.push(`${place} takes no argument ${argument}`);
        }
        this.#value(known?.type ?? null, `${place}(${argument})`);
      }
    }
    for (const [argument, { isRequired }] of field?.arguments ?? []) {
      if (isRequired && !given.has(argument)) this.#faults.push(`${place} needs ${argument}`);
    }
    this.#inside(field?.type ?? null, place);
  }

  #inside(type: string | null, place: string): void {
    const hasSelections = this.tokens.peek() === '{';
    if (type === null) {
      if (hasSelections) this.tokens.skipBracketed('{', '}');
      return;
    }
    const name = innermost(type);
    const { kind } = this.#type(name);
    const isObject = kind === 'type' || kind === 'interface' || kind === 'union';
    if (isObject && !hasSelections) this.#faults.push(`${place} is a ${name} and selects nothing`);
    else if (isObject) this.#selections(name, place);
    else if (hasSelections) {
      this.#faults.push(`${place} is a ${name}, of which nothing can be selected`);
      this.tokens.skipBracketed('{', '}');
    }
  }

  /** @param type null: of something that is not known, and told of already */
  #value(type: string | null, place: string): void {
    if (this.tokens.take('$')) {
      const name = this.tokens.name();
      this.#used.add(name);
      const declared = this.#declared.get(name);
      if (declared === undefined) this.#faults.push(`$${name} is used and not declared`);
      else if (type !== null && declared !== type && declared !== `${type}!`) {
        this.#faults.push(`${place} is ${type} and $${name} is ${declared}`);
      }
      return;
    }
    const token = this.tokens.peek();
    if (token === '[') return this.tokens.skipBracketed('[', ']');
    if (token === '{') return this.tokens.skipBracketed('{', '}');
    this.tokens.next();
    if (type !== null) this.#literal(token, type, place);
  }

  #literal(token: string, type: string, place: string): void {
    const name = innermost(type);
    if (this.#type(name).kind === 'enum') {
      if (!this.#type(name).values.has(token))
        this.#faults.push(`${place} is no ${name}: ${token}`);
    } else if (token === 'null') {
      if (type.endsWith('!')) this.#faults.push(`${place} is ${type} and null`);
    } else {
      const plain: unknown = /^["\d-]|^(true|false)$/.test(token)
        ? JSON.parse(token.replaceAll('"""', '"'))
        : Symbol('an enum value');
      this.#plainValue(plain, type, place);
    }
  }

  #plainValue(value: unknown, type: string, place: string): void {
    const fits: Record<string, boolean> = {
      Int: Number.isInteger(value),
      Float: typeof value === 'number',
      Boolean: typeof value === 'boolean',
      String: typeof value === 'string',
      ID: typeof value === 'string',
    };
    if (fits[innermost(type)] === false) this.#faults.push(`${place} is no ${type}`);
  }

  /** Whether something of the one type may be of the other too. */
  #canBe(one: string, other: string): boolean {
    const a = this.#concrete(one);
    return this.#concrete(other).some((name) => a.includes(name));
  }

  #concrete(name: string): string[] {
    const { kind, others } = this.#type(name);
    if (kind === 'union') return [...others];
    if (kind !== 'interface') return [name];
    return [...this.schema].filter(([, it]) => it.others.has(name)).map(([own]) => own);
  }

  #type(name: string): GraphqlType {
    const type = this.schema.get(name);
    if (type !== undefined) return type;
    return { kind: 'scalar', fields: new Map(), values: new Set(), others: new Set() };
  }
}
