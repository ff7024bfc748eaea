import { existsSync, readFileSync } from 'node:fs';
import { describe } from '@jest/globals';

const FOLDER = new URL('../../../../shared/providers/', import.meta.url);

/** A provider's published contract, beside this repository: not all of them may be part of it. */
export function contractFile(path: string): string {
  return readFileSync(new URL(path, FOLDER), 'utf8');
}

/** Holds what is inside only where the contract is; elsewhere it is skipped, by its name. */
export const describeWithContract = (path: string): typeof describe.skip =>
  existsSync(new URL(path, FOLDER)) ? describe : describe.skip;
