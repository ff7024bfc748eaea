import { AppError } from '../../kernel/app-error.js';
import { onDisk } from './keyring.errors.js';

/**
 * Told of every call to the keyring, for metrics and for counting in benchmarks.
 *
 * @param outcome `ok`, the code of an error, or `error`
 */
export type Called = (operation: string, outcome: string, seconds: number) => void;

/** Does the work, tells of it, and gives refusals of the disk their code. */
export async function watched<T>(
  called: Called | undefined,
  operation: string,
  work: () => Promise<T>,
): Promise<T> {
  const started = performance.now();
  let outcome = 'error';
  try {
    const answer = await onDisk(operation, work);
    outcome = 'ok';
    return answer;
  } catch (error) {
    if (error instanceof AppError) outcome = error.code;
    throw error;
  } finally {
    called?.(operation, outcome, (performance.now() - started) / 1000);
  }
}
