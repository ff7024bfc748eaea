/** A GraphQL document, as much of it as the sandbox serves. */
export interface Document {
  operations: Operation[];
  fragments: ReadonlyMap<string, Fragment>;
}

export interface Operation {
  kind: 'query' | 'mutation' | 'subscription';
  name: string | null;
  variables: { name: string; type: string; fallback: Value | null }[];
  selections: Selection[];
}

export interface Fragment {
  name: string;
  on: string;
  selections: Selection[];
}

export type Selection =
  | {
      kind: 'field';
      alias: string;
      name: string;
      arguments: ReadonlyMap<string, Value>;
      selections: Selection[] | null;
      line: number;
    }
  | { kind: 'spread'; name: string; line: number }
  | { kind: 'inline'; on: string | null; selections: Selection[]; line: number };

export type Value =
  | { kind: 'variable'; name: string }
  | { kind: 'literal'; value: unknown }
  | { kind: 'enum'; name: string }
  | { kind: 'list'; items: Value[] }
  | { kind: 'object'; fields: ReadonlyMap<string, Value> };

export class GraphqlSyntaxError extends Error {}

interface Token {
  kind: 'name' | 'number' | 'string' | 'mark' | 'end';
  text: string;
  line: number;
}

const PATTERN =
  /[\s,]+|#[^\n]*|([_A-Za-z]\w*)|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|("""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*")|(\.\.\.|[!$():=@[\]{}|&])/gy;

function tokens(text: string): Token[] {
  const found: Token[] = [];
  let line = 1;
  PATTERN.lastIndex = 0;
  while (PATTERN.lastIndex < text.length) {
    const at = PATTERN.lastIndex;
    const match = PATTERN.exec(text);
    if (match === null) {
      throw new GraphqlSyntaxError(`syntax error, unexpected invalid token at [${line}, ${at}]`);
    }
    const [all, name, number, string, mark] = match;
    if (name !== undefined) found.push({ kind: 'name', text: name, line });
    else if (number !== undefined) found.push({ kind: 'number', text: number, line });
    else if (string !== undefined) found.push({ kind: 'string', text: string, line });
    else if (mark !== undefined) found.push({ kind: 'mark', text: mark, line });
    line += all.split('\n').length - 1;
  }
  found.push({ kind: 'end', text: 'end of file', line });
  return found;
}

export function parseQuery(text: string): Document {
  return new Reader(tokens(text)).document();
}

class Reader {
  #at = 0;
  #depth = 0;

  constructor(private readonly all: readonly Token[]) {}

  document(): Document {
    const operations: Operation[] = [];
    const fragments = new Map<string, Fragment>();
    while (this.#peek().kind !== 'end') {
      if (this.#peek().text === 'fragment') {
        const fragment = this.#fragment();
        fragments.set(fragment.name, fragment);
      } else operations.push(this.#operation());
    }
    if (operations.length === 0) throw new GraphqlSyntaxError('No query string was present');
    return { operations, fragments };
  }

  #operation(): Operation {
    if (this.#peek().text === '{') {
      return { kind: 'query', name: null, variables: [], selections: this.#selections() };
    }
    const kind = this.#name();
    if (kind !== 'query' && kind !== 'mutation' && kind !== 'subscription') this.#fail();
    const name = this.#peek().kind === 'name' ? this.#name() : null;
    const variables: Operation['variables'] = [];
    if (this.#take('(')) {
      while (!this.#take(')')) {
        this.#need('$');
        const variable = this.#name();
        this.#need(':');
        const type = this.#type();
        variables.push({ name: variable, type, fallback: this.#take('=') ? this.#value() : null });
      }
    }
    return { kind, name, variables, selections: this.#selections() };
  }

  #fragment(): Fragment {
    this.#name();
    const name = this.#name();
    if (this.#name() !== 'on') this.#fail();
    return { name, on: this.#name(), selections: this.#selections() };
  }

  #selections(): Selection[] {
    this.#need('{');
    if ((this.#depth += 1) > 30) throw new GraphqlSyntaxError('Query is nested too deeply');
    const found: Selection[] = [];
    while (!this.#take('}')) found.push(this.#selection());
    this.#depth -= 1;
    if (found.length === 0) this.#fail();
    return found;
  }

  #selection(): Selection {
    const { line } = this.#peek();
    if (this.#take('...')) {
      const { kind, text } = this.#peek();
      if (kind === 'name' && text !== 'on') return { kind: 'spread', name: this.#name(), line };
      const on = text === 'on' ? (this.#name(), this.#name()) : null;
      return { kind: 'inline', on, selections: this.#selections(), line };
    }
    const first = this.#name();
    const name = this.#take(':') ? this.#name() : first;
    const given = new Map<string, Value>();
    if (this.#take('(')) {
      while (!this.#take(')')) {
        const argument = this.#name();
        this.#need(':');
        given.set(argument, this.#value());
      }
    }
    const selections = this.#peek().text === '{' ? this.#selections() : null;
    return { kind: 'field', alias: first, name, arguments: given, selections, line };
  }

  #value(): Value {
    const token = this.#next();
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
    if (token.kind === 'string') return { kind: 'literal', value: unquoted(token.text) };
    if (token.kind === 'name') {
      const plain: Record<string, unknown> = { true: true, false: false, null: null };
      return Object.hasOwn(plain, token.text)
        ? { kind: 'literal', value: plain[token.text] }
        : { kind: 'enum', name: token.text };
    }
    if (token.text === '$') return { kind: 'variable', name: this.#name() };
    if (token.text === '[') {
      const items: Value[] = [];
      while (!this.#take(']')) items.push(this.#value());
      return { kind: 'list', items };
    }
    if (token.text !== '{') this.#fail(token);
    const fields = new Map<string, Value>();
    while (!this.#take('}')) {
      const name = this.#name();
      this.#need(':');
      fields.set(name, this.#value());
    }
    return { kind: 'object', fields };
  }

  #type(): string {
    const inner = this.#take('[') ? `[${this.#type()}${this.#need(']')}` : this.#name();
    return this.#take('!') ? `${inner}!` : inner;
  }

  #peek(): Token {
    return this.all[this.#at] ?? { kind: 'end', text: 'end of file', line: 0 };
  }

  #next(): Token {
    const token = this.#peek();
    this.#at += 1;
    return token;
  }

  #take(mark: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'mark' || token.text !== mark) return false;
    this.#at += 1;
    return true;
  }

  #need(mark: string): string {
    if (!this.#take(mark)) this.#fail();
    return mark;
  }

  #name(): string {
    const token = this.#next();
    if (token.kind !== 'name') this.#fail(token);
    return token.text;
  }

  #fail(token = this.#peek()): never {
    const what = token.kind === 'end' ? token.text : `"${token.text}"`;
    throw new GraphqlSyntaxError(`syntax error, unexpected ${what} at line ${token.line}`);
  }
}

function unquoted(text: string): string {
  if (text.startsWith('"""')) return text.slice(3, -3).trim();
  try {
    return JSON.parse(text) as string;
  } catch {
    throw new GraphqlSyntaxError('syntax error, a string has a wrong escape');
  }
}
