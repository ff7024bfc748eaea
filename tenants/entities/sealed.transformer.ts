import type { ColumnOptions, ValueTransformer } from 'typeorm';
import { isSealed, type Sealed } from '../../src/infrastructure/envelope/sealed-format.js';

/**
 * A transformer sees a value but not its row, so it cannot seal: what belongs into the column is sealed
 * already, by `TenantKeys.seal`. It refuses everything else before it reaches a statement; the
 * database's domain `sealed` refuses it again.
 */
const REFUSES_PLAINTEXT: ValueTransformer = {
  to: (value: unknown): Sealed | null | undefined | object => {
    if (value === null || value === undefined) return value;
    if (Buffer.isBuffer(value)) {
      if (isSealed(value)) return value;
    } else if (typeof value === 'object') return value; // An operator of TypeORM's; its values come one by one.
    throw new TypeError('This column takes what keys.seal gives, never plaintext.');
  },
  from: (value: unknown): unknown => value,
};

export const SEALED_COLUMN = {
  type: 'bytea',
  transformer: REFUSES_PLAINTEXT,
} as const satisfies ColumnOptions;
