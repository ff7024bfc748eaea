import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { NoCheckoutError } from '../../connectors/kit/contract/contract.errors.js';

/** The folder of connectors in the checkout that the command is run in. @throws NoCheckoutError */
export async function connectorsFolder(): Promise<string> {
  const folder = resolve('src', 'connectors');
  await access(folder).catch(() => {
    throw new NoCheckoutError(folder);
  });
  return folder;
}
