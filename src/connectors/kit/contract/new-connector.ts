import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { ConnectorExistsError, ConnectorNameError, NoCheckoutError } from './contract.errors.js';

/**
 * Makes the folder of a new connector from `kit/template`, which is compiled with everything else, so
 * what comes out compiles. What is still to do says so, and `checkConnector` finds it.
 *
 * @param connectors the folder `src/connectors` of a checkout
 * @returns the files made, by their path within the new folder
 * @throws ConnectorNameError | ConnectorExistsError | NoCheckoutError
 */
export async function newConnector(connectors: string, name: string): Promise<readonly string[]> {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name === 'kit') {
    throw new ConnectorNameError(name);
  }
  const template = join(connectors, 'kit', 'template');
  await access(template).catch(() => {
    throw new NoCheckoutError(template);
  });
  const target = join(connectors, name);
  await mkdir(target).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? new ConnectorExistsError(name) : error;
  });
  const made: string[] = [];
  for (const file of await readdir(template, { recursive: true })) {
    if (!/\.(ts|md)$/.test(file)) continue;
    const text = await readFile(join(template, file), 'utf8');
    await mkdir(dirname(join(target, file)), { recursive: true });
    await writeFile(join(target, file), named(moved(text, file), name), { flag: 'wx' });
    made.push(file);
  }
  return made.sort();
}

/** The template lies in the kit, a connector beside it: `../metric.js` becomes `../kit/metric.js`. */
function moved(text: string, file: string): string {
  const up = '../'.repeat(file.split(sep).length);
  return text.replaceAll(`from '${up}`, `from '${up}kit/`).replaceAll(`${up}kit/../`, up);
}

/** As addresses have it (`google-analytics`), and as settings do (`GOOGLE_ANALYTICS`). */
function named(text: string, name: string): string {
  const setting = name.replaceAll('-', '_').toUpperCase();
  return text.replaceAll('PROVIDER_NAME', `PROVIDER_${setting}`).replaceAll('NAME', name);
}
