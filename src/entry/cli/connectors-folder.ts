import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { NoCheckoutError } from '../../connectors/kit/contract/contract.errors.js';

/**
 * The folder of connectors in the checkout that the command is run in, or the one that was named.
 *
 * @throws NoCheckoutError
 */
export async function connectorsFolder(named?: string): Promise<string> {
  const folder = resolve(named ?? join('src', 'connectors'));
  await access(folder).catch(() => {
    throw new NoCheckoutError(folder);
  });
  return folder;
}
