import { refuse } from './errors.js';

export interface Range {
  gte: number;
  lte: number;
}

/** A list's parameters, checked. Seconds; ranges have both ends in them. */
export interface ListParams {
  limit: number;
  startingAfter: string | null;
  endingBefore: string | null;
  ranges: Readonly<Record<string, Range>>;
  /** Plain ones by name. */
  values: Readonly<Record<string, string>>;
  lists: Readonly<Record<string, readonly string[]>>;
  expand: readonly string[];
}

/** What one list takes beside paging, `created` and `expand`. */
export interface Accepts {
  ranges?: readonly string[];
  values?: Readonly<Record<string, readonly string[] | null>>;
  lists?: readonly string[];
}

const INTEGER = /^-?\d+$/;
const BOUNDS = ['gt', 'gte', 'lt', 'lte'];

export function readParams(query: URLSearchParams, accepts: Accepts): ListParams {
  const ranges: Record<string, Range> = {};
  const values: Record<string, string> = {};
  const lists: Record<string, string[]> = {};
  const seen = new Set<string>();
  for (const [name, value] of query) {
    const [, base = name, inner] = /^(\w+)\[(\w*)\]$/.exec(name) ?? [];
    const isList = inner === '' || (inner !== undefined && /^\d+$/.test(inner));
    if (base === 'expand' || accepts.lists?.includes(base)) {
      if (!isList) refuse(400, { message: 'Invalid array', param: base });
      (lists[base] ??= []).push(value);
      continue;
    }
    if (seen.has(name)) refuse(400, { message: `Invalid ${name}: given twice`, param: name });
    seen.add(name);
    if (['created', ...(accepts.ranges ?? [])].includes(base)) {
      ranges[base] = bound(ranges[base], base, inner, value);
      continue;
    }
    const isPaging = ['limit', 'starting_after', 'ending_before'].includes(name);
    const allowed = accepts.values && Object.hasOwn(accepts.values, name);
    if (!isPaging && !allowed) {
      refuse(400, {
        code: 'parameter_unknown',
        message: `Received unknown parameter: ${name}`,
        param: name,
      });
    }
    if (value === '') {
      refuse(400, {
        code: 'parameter_invalid_empty',
        message: `You passed an empty string for '${name}'. We assume empty values are an attempt to unset a parameter; however '${name}' cannot be unset.`,
        param: name,
      });
    }
    const choices = accepts.values?.[name];
    if (choices && !choices.includes(value)) {
      refuse(400, {
        message: `Invalid ${name}: must be one of ${choices.join(', ')}`,
        param: name,
      });
    }
    values[name] = value;
  }
  const { starting_after: startingAfter, ending_before: endingBefore, limit, ...rest } = values;
  if (startingAfter !== undefined && endingBefore !== undefined) {
    refuse(400, { message: 'You cannot use both starting_after and ending_before.' });
  }
  return {
    limit: limit === undefined ? 10 : readLimit(limit),
    startingAfter: startingAfter ?? null,
    endingBefore: endingBefore ?? null,
    ranges,
    values: rest,
    lists,
    expand: lists['expand'] ?? [],
  };
}

function readLimit(text: string): number {
  const limit = readInteger(text, 'limit');
  if (limit < 1 || limit > 100) {
    const side = limit < 1 ? 'greater than or equal to 1' : 'less than or equal to 100';
    refuse(400, {
      code: 'parameter_invalid_integer',
      message: `This value must be ${side} (it currently is '${limit}').`,
      param: 'limit',
    });
  }
  return limit;
}

function readInteger(text: string, param: string): number {
  if (!INTEGER.test(text)) {
    refuse(400, { code: 'parameter_invalid_integer', message: `Invalid integer: ${text}`, param });
  }
  return Number(text);
}

function bound(
  known: Range | undefined,
  base: string,
  inner: string | undefined,
  text: string,
): Range {
  const param = inner === undefined ? base : `${base}[${inner}]`;
  const range = known ?? { gte: -Infinity, lte: Infinity };
  if (inner !== undefined && !BOUNDS.includes(inner)) {
    refuse(400, {
      code: 'parameter_unknown',
      message: `Received unknown parameter: ${param}`,
      param,
    });
  }
  const value = readInteger(text, param);
  if (inner === undefined) return { gte: value, lte: value };
  if (inner === 'gt') range.gte = Math.max(range.gte, value + 1);
  if (inner === 'gte') range.gte = Math.max(range.gte, value);
  if (inner === 'lt') range.lte = Math.min(range.lte, value - 1);
  if (inner === 'lte') range.lte = Math.min(range.lte, value);
  return range;
}
