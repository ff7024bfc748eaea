import { GraphqlTokens } from './graphql-tokens.js';

export interface GraphqlField {
  /** `[Order!]!` */
  type: string;
  arguments: ReadonlyMap<string, { type: string; isRequired: boolean }>;
}

export interface GraphqlType {
  kind: 'type' | 'interface' | 'input' | 'enum' | 'scalar' | 'union';
  fields: Map<string, GraphqlField>;
  /** Of an enum. */
  values: Set<string>;
  /** Names of the interfaces it implements, or of a union's members. */
  others: Set<string>;
}

export type GraphqlSchema = ReadonlyMap<string, GraphqlType>;

const BUILT_IN = ['Int', 'Float', 'String', 'Boolean', 'ID'];
const KINDS = ['type', 'interface', 'input', 'enum', 'scalar', 'union'];

/** Reads a published schema in GraphQL's own notation. @throws SyntaxError */
export function readGraphqlSchema(text: string): GraphqlSchema {
  const tokens = new GraphqlTokens(text);
  const types = new Map<string, GraphqlType>();
  for (const name of BUILT_IN) types.set(name, emptyType('scalar'));
  while (!tokens.isEnd) {
    skipDescription(tokens);
    const word = tokens.name();
    if (word === 'schema') tokens.skipBracketed('{', '}');
    else if (word === 'directive') skipDirectiveDefinition(tokens);
    else if (KINDS.includes(word)) {
      const type = emptyType(word as GraphqlType['kind']);
      types.set(tokens.name(), type);
      readDefinition(tokens, type);
    } else throw new SyntaxError(`a definition is wanted, and not ${word}`);
  }
  return types;
}

/** `Order` of `[Order!]!`. */
export function innermost(type: string): string {
  return type.replace(/[![\]]/g, '');
}

function emptyType(kind: GraphqlType['kind']): GraphqlType {
  return { kind, fields: new Map(), values: new Set(), others: new Set() };
}

function readDefinition(tokens: GraphqlTokens, type: GraphqlType): void {
  if (tokens.take('implements')) {
    tokens.take('&');
    do type.others.add(tokens.name());
    while (tokens.take('&'));
  }
  skipDirectives(tokens);
  if (type.kind === 'union') {
    tokens.need('=');
    tokens.take('|');
    do type.others.add(tokens.name());
    while (tokens.take('|'));
    return;
  }
  if (type.kind === 'scalar' || !tokens.take('{')) return;
  while (!tokens.take('}')) {
    skipDescription(tokens);
    const name = tokens.name();
    if (type.kind === 'enum') type.values.add(name);
    else type.fields.set(name, readField(tokens));
    skipDirectives(tokens);
  }
}

function readField(tokens: GraphqlTokens): GraphqlField {
  const given = new Map<string, { type: string; isRequired: boolean }>();
  if (tokens.take('(')) {
    while (!tokens.take(')')) {
      skipDescription(tokens);
      const name = tokens.name();
      tokens.need(':');
      const type = tokens.type();
      const hasDefault = skipDefault(tokens);
      given.set(name, { type, isRequired: type.endsWith('!') && !hasDefault });
      skipDirectives(tokens);
    }
  }
  tokens.need(':');
  const type = tokens.type();
  skipDefault(tokens);
  return { type, arguments: given };
}

function skipDefault(tokens: GraphqlTokens): boolean {
  if (!tokens.take('=')) return false;
  if (tokens.peek() === '[') tokens.skipBracketed('[', ']');
  else if (tokens.peek() === '{') tokens.skipBracketed('{', '}');
  else tokens.next();
  return true;
}

function skipDescription(tokens: GraphqlTokens): void {
  if (tokens.peek().startsWith('"')) tokens.next();
}

function skipDirectives(tokens: GraphqlTokens): void {
  while (tokens.take('@')) {
    tokens.name();
    if (tokens.peek() === '(') tokens.skipBracketed('(', ')');
  }
}

function skipDirectiveDefinition(tokens: GraphqlTokens): void {
  tokens.need('@');
  tokens.name();
  if (tokens.peek() === '(') tokens.skipBracketed('(', ')');
  tokens.take('repeatable');
  if (tokens.name() !== 'on') throw new SyntaxError('a directive is on something');
  tokens.take('|');
  do tokens.name();
  while (tokens.take('|'));
}
