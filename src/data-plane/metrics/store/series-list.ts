import type { Dimensions } from '../../../connectors/kit/metric.js';
import { MisplacedError } from '../../../infrastructure/envelope/envelope.errors.js';

/** What tells a series from others of its metric and integration. */
export interface SeriesIdentity {
  currency: string | null;
  /** Digits after the point: two points that differ in it are of two series. */
  digits: number;
  dimensions: Dimensions;
}

/** A piece of the list: sealed as it is, with where it belongs. */
interface Piece {
  of: [setId: string, integrationId: string, metric: string];
  first: number;
  /** Of dimensions, in the order of the values below. */
  names: string[];
  /** Currency, digits, then a value for each name; null where the series has none. */
  rows: [string | null, number, ...(string | null)[]][];
}

/** Whose series they are. Sealed with them: a set under another name is refused. */
export interface ListOwner {
  id: string;
  integrationId: string;
  metric: string;
}

/** The series of one set, each found by its number, and its number by what tells it apart. */
export class SeriesList {
  readonly #all: SeriesIdentity[] = [];
  #numbers: Map<string, number> | null = null;
  #saved = 0;

  constructor(private readonly owner: ListOwner) {}

  get length(): number {
    return this.#all.length;
  }

  at(number: number): SeriesIdentity | undefined {
    return this.#all[number];
  }

  /** The number of this series; a new one where it is not listed yet. */
  numberOf(series: SeriesIdentity): number {
    this.#numbers ??= new Map(this.#all.map((it, number) => [nameOf(it), number]));
    const name = nameOf(series);
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#all.push(series) - 1;
      this.#numbers.set(name, number);
    }
    return number;
  }

  /** Adds a piece; they come in order. @throws MisplacedError when it is not the next of this set */
  add(bytes: Buffer, first: number): void {
    const piece = JSON.parse(bytes.toString('utf8')) as Piece;
    const isOurs = JSON.stringify(piece.of) === JSON.stringify(this.#of());
    const isNext = piece.first === first && first === this.#all.length;
    if (!isOurs || !isNext) throw new MisplacedError();
    for (const [currency, digits, ...values] of piece.rows) {
      this.#all.push({ currency, digits, dimensions: dimensionsOf(piece.names, values) });
    }
    this.#saved = this.#all.length;
  }

  /** What was added by `numberOf` and lies in no piece yet; null where there is nothing. */
  unsaved(): { first: number; bytes: Buffer } | null {
    if (this.#saved === this.#all.length) return null;
    return { first: this.#saved, bytes: this.#piece(this.#saved) };
  }

  /** The whole list as one piece. */
  whole(): Buffer {
    return this.#piece(0);
  }

  #of(): Piece['of'] {
    const { id, integrationId, metric } = this.owner;
    return [id, integrationId, metric];
  }

  #piece(first: number): Buffer {
    const series = this.#all.slice(first);
    const names = [
      ...new Set(series.flatMap(({ dimensions }) => Object.keys(dimensions))),
    ].toSorted();
    const rows: Piece['rows'] = series.map(({ currency, digits, dimensions }) => [
      currency,
      digits,
      ...names.map((name) => (Object.hasOwn(dimensions, name) ? (dimensions[name] ?? null) : null)),
    ]);
    return Buffer.from(
      JSON.stringify({ of: this.#of(), first, names, rows } satisfies Piece),
      'utf8',
    );
  }
}

function dimensionsOf(names: readonly string[], values: readonly (string | null)[]): Dimensions {
  const pairs = names.map((name, index) => [name, values[index] ?? null] as const);
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== null));
}

/** Equal for the same series, whatever the order of its dimensions. Lengths keep the parts apart. */
function nameOf({ currency, digits, dimensions }: SeriesIdentity): string {
  const names = Object.keys(dimensions);
  if (names.length > 1) names.sort();
  let text = `${currency ?? ''} ${digits}`;
  for (const name of names) {
    const value = dimensions[name] ?? '';
    text += ` ${name.length} ${name} ${value.length} ${value}`;
  }
  return text;
}
