/** One field of a type. */
export interface FieldType {
  name: string;
  /** `[Order!]!` */
  type: string;
  args: ReadonlyMap<string, { type: string; required: boolean }>;
  /** The scope without which it cannot be read. */
  scope: string | null;
}

export interface ObjectType {
  name: string;
  fields: ReadonlyMap<string, FieldType>;
  isInterface: boolean;
  implementedBy: readonly string[];
}

export interface Schema {
  types: ReadonlyMap<string, ObjectType>;
  enums: ReadonlyMap<string, readonly string[]>;
}

/** The name alone: `Order` of `[Order!]!`. */
export function named(type: string): string {
  return type.replace(/[![\]]/g, '');
}

const PAGE = 'first: Int, after: String, last: Int, before: String, reverse: Boolean';

/**
 * Reads a notation of our own: a line a type (`Order: Node`), then a line a field
 * (`lineItems(PAGE): LineItemConnection! @read_orders`). `PAGE` are the arguments of connections.
 */
export function readSchema(text: string, enums: Schema['enums']): Schema {
  const types = new Map<string, ObjectType>();
  const made = new Map<string, Map<string, FieldType>>();
  const implementers = new Map<string, string[]>();
  let current: Map<string, FieldType> | null = null;
  const open = (name: string): Map<string, FieldType> => {
    const fields = new Map<string, FieldType>();
    made.set(name, fields);
    return fields;
  };
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '') continue;
    const header = /^(interface|type) (\w+)(?:: (.+))?$/.exec(line);
    if (header !== null) {
      const [, kind, name = '', over = ''] = header;
      current = open(name);
      if (kind === 'interface') implementers.set(name, []);
      for (const one of over.split(',').map((text) => text.trim())) {
        if (one !== '') implementers.set(one, [...(implementers.get(one) ?? []), name]);
      }
      continue;
    }
    const field = readField(line);
    current?.set(field.name, field);
  }
  for (const [name, fields] of made) {
    types.set(name, {
      name,
      fields,
      isInterface: implementers.has(name),
      implementedBy: implementers.get(name) ?? [],
    });
  }
  // Every `XConnection` that a field names has the same form.
  for (const { fields } of types.values()) {
    for (const { type } of fields.values()) addConnection(types, named(type));
  }
  return { types, enums };
}

function addConnection(types: Map<string, ObjectType>, name: string): void {
  const [, node] = /^(\w+)Connection$/.exec(name) ?? [];
  if (node === undefined || types.has(name)) return;
  const shape = (made: string, fields: string[]): void => {
    types.set(made, {
      name: made,
      fields: new Map(fields.map((line) => [readField(line).name, readField(line)])),
      isInterface: false,
      implementedBy: [],
    });
  };
  shape(name, [`edges: [${node}Edge!]!`, `nodes: [${node}!]!`, 'pageInfo: PageInfo!']);
  shape(`${node}Edge`, ['cursor: String!', `node: ${node}!`]);
}

function readField(line: string): FieldType {
  const match = /^(\w+)(?:\(([^)]*)\))?: (\S+?)(?: @(\w+))?$/.exec(line);
  if (match === null) throw new Error(`The sandbox's schema has a line it cannot read: ${line}`);
  const [, name = '', list = '', type = '', scope] = match;
  const args = new Map<string, { type: string; required: boolean }>();
  for (const one of list.replace('PAGE', PAGE).split(',')) {
    const [arg, argType] = one.split(':').map((text) => text.trim());
    if (arg && argType) args.set(arg, { type: argType, required: argType.endsWith('!') });
  }
  return { name, type, args, scope: scope ?? null };
}
