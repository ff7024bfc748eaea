import type { OpenAPIObject } from '@nestjs/swagger';

export interface Media {
  schema?: Schema;
  example?: unknown;
  examples?: object;
}

interface Schema {
  $ref?: string;
  example?: unknown;
  examples?: unknown;
  default?: unknown;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  items?: Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  type?: string | string[];
}

/** Whether a reader sees an example: one of the whole body, or one of every property in it. */
export function hasExample(document: OpenAPIObject, media: Media): boolean {
  if (media.example !== undefined || media.examples !== undefined) return true;
  return media.schema !== undefined && schemaHasExample(document, media.schema, new Set());
}

function schemaHasExample(document: OpenAPIObject, schema: Schema, open: Set<string>): boolean {
  if (
    [schema.example, schema.examples, schema.default, schema.enum].some((it) => it !== undefined)
  ) {
    return true;
  }
  const deeper = (part: Schema) => schemaHasExample(document, part, open);
  if (schema.$ref !== undefined) {
    // A schema that holds itself has no further property to ask for.
    if (open.has(schema.$ref)) return true;
    open.add(schema.$ref);
    const name = schema.$ref.split('/').at(-1) ?? '';
    const target = document.components?.schemas?.[name] as Schema | undefined;
    const found = target !== undefined && deeper(target);
    open.delete(schema.$ref);
    return found;
  }
  if (schema.properties !== undefined) return Object.values(schema.properties).every(deeper);
  if (schema.items !== undefined) return deeper(schema.items);
  // Null is its own example.
  if (schema.type === 'null') return true;
  const variants = schema.allOf ?? schema.oneOf ?? schema.anyOf ?? [];
  return variants.length > 0 && variants.every(deeper);
}
