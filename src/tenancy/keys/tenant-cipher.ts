import type { CellPlace } from '../../infrastructure/envelope/cell-place.js';
import type { DataKey } from '../../infrastructure/envelope/data-key.js';
import {
  DataKeyUnknownError,
  MisplacedError,
  SealedValueBrokenError,
} from '../../infrastructure/envelope/envelope.errors.js';
import type { Nonces } from '../../infrastructure/envelope/nonces.js';
import type { SealedColumn } from '../../infrastructure/envelope/sealed-column.js';
import { isSealed, keyIdOf, type Sealed } from '../../infrastructure/envelope/sealed-format.js';

/** Opens what is sealed in the database of one tenant, and makes the hashes it is looked up by. */
export interface Opener {
  /** @throws SealedValueBrokenError when changed, or moved from another cell or tenant */
  openText(column: SealedColumn<'text'>, row: string, sealed: Buffer): string;
  /** As `openText`. */
  openJson(column: SealedColumn<'json'>, row: string, sealed: Buffer): unknown;
  /** As `openText`. @param read makes something of the bytes, which are overwritten after it */
  openBytes<T>(
    column: SealedColumn<'bytes'>,
    row: string,
    sealed: Buffer,
    read: (bytes: Buffer) => T,
  ): T;
  hash(purpose: LookUp, text: string): Buffer;
}

export interface Sealer extends Opener {
  /** @param row the row's id, the same that it is opened with */
  sealText(column: SealedColumn<'text'>, row: string, text: string): Sealed;
  sealJson(column: SealedColumn<'json'>, row: string, value: unknown): Sealed;
  sealBytes(column: SealedColumn<'bytes'>, row: string, bytes: Buffer): Sealed;
  /** The same content under the newest key. */
  reseal(column: SealedColumn, row: string, sealed: Buffer): Sealed;
}

/** What a tenant's own keyed hashes are made for; equal texts of two purposes differ. */
export type LookUp =
  | 'email'
  | 'idempotency-key'
  | 'idempotency-secret'
  | 'known-browser'
  | 'provider-account'
  | 'sync-basis'
  | 'sync-subject';

/** The data keys of one tenant, in use. Seals under the newest; opens under whichever a value names. */
export class TenantCipher implements Sealer {
  constructor(
    private readonly tenantId: string,
    private readonly keys: ReadonlyMap<number, DataKey>,
    private readonly newest: DataKey,
    private readonly nonces: Nonces | null,
  ) {}

  sealText(column: SealedColumn<'text'>, row: string, text: string): Sealed {
    return this.#seal(column, row, Buffer.from(text, 'utf8'));
  }

  sealJson(column: SealedColumn<'json'>, row: string, value: unknown): Sealed {
    return this.#seal(column, row, Buffer.from(JSON.stringify(value), 'utf8'));
  }

  sealBytes(column: SealedColumn<'bytes'>, row: string, bytes: Buffer): Sealed {
    return this.#seal(column, row, bytes);
  }

  openText(column: SealedColumn<'text'>, row: string, sealed: Buffer): string {
    return this.#open(column, row, sealed).toString('utf8');
  }

  openJson(column: SealedColumn<'json'>, row: string, sealed: Buffer): unknown {
    const text = this.#open(column, row, sealed).toString('utf8');
    try {
      return JSON.parse(text) as unknown;
    } catch {
      // The parser's message quotes what it read.
      throw new SealedValueBrokenError(this.#place(column, row), 'not-json');
    }
  }

  openBytes<T>(
    column: SealedColumn<'bytes'>,
    row: string,
    sealed: Buffer,
    read: (bytes: Buffer) => T,
  ): T {
    const bytes = this.#open(column, row, sealed);
    try {
      return read(bytes);
    } catch (error) {
      // It opened in its cell; what is beside that cell in the row was changed.
      if (error instanceof MisplacedError) {
        throw new SealedValueBrokenError(this.#place(column, row), 'misplaced');
      }
      throw error;
    } finally {
      bytes.fill(0);
    }
  }

  reseal(column: SealedColumn, row: string, sealed: Buffer): Sealed {
    const plaintext = this.#open(column, row, sealed);
    try {
      return this.#seal(column, row, plaintext);
    } finally {
      plaintext.fill(0);
    }
  }

  hash(purpose: LookUp, text: string): Buffer {
    return this.newest.hash(purpose, text);
  }

  #seal(column: SealedColumn, row: string, plaintext: Buffer): Sealed {
    if (this.nonces === null) throw new Error('Sealing goes through `keys.seal`.');
    return this.newest.seal(this.#place(column, row), plaintext, this.nonces);
  }

  #open(column: SealedColumn, row: string, sealed: Buffer): Buffer {
    const place = this.#place(column, row);
    if (!isSealed(sealed)) throw new SealedValueBrokenError(place, 'not-sealed');
    const key = this.keys.get(keyIdOf(sealed));
    if (key === undefined) throw new DataKeyUnknownError(keyIdOf(sealed));
    return key.open(place, sealed);
  }

  #place({ table, column }: SealedColumn, row: string): CellPlace {
    return { tenantId: this.tenantId, table, column, row };
  }
}
