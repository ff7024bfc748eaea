import { AppError } from '../../kernel/app-error.js';
import type { CellPlace } from './cell-place.js';

/**
 * Something sealed could not be opened: it was changed, cut, or moved from another cell, table or
 * tenant. Says where it was found and never what was in it.
 */
export class SealedValueBrokenError extends AppError {
  constructor(place: CellPlace, reason: 'not-sealed' | 'not-authentic' | 'not-json' | 'misplaced') {
    super('sealed_value_broken', 'A stored value was changed or moved and is not shown.', {
      fields: { table: place.table, column: place.column, row: place.row, reason },
    });
  }
}

/** Thrown by who reads opened bytes that say they belong elsewhere; becomes a SealedValueBrokenError. */
export class MisplacedError extends Error {}

/** It names a data key that the tenant does not have (any more, or yet). */
export class DataKeyUnknownError extends AppError {
  constructor(keyId: number) {
    super('data_key_unknown', 'A stored value names a key that the account does not have.', {
      fields: { keyId },
    });
  }
}

/** The key was dropped from memory between taking hold of it and using it. */
export class DataKeyDroppedError extends AppError {
  constructor() {
    super('data_key_dropped', 'The account changed while the request was worked on. Try again.');
  }
}
