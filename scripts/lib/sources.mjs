import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inProject } from './project.mjs';

/** What the build is made from: the folders that tsconfig.build.json includes. */
export async function sourceFolders() {
  const config = JSON.parse(await readFile(inProject('tsconfig.build.json'), 'utf8'));
  return config.include.map((pattern) => pattern.replace(/[/\\]?\*.*$/, ''));
}

/** A word that changes when any file below these paths is changed, added or removed. */
export async function fingerprint(paths) {
  const hash = createHash('sha256');
  await describeInto(hash, paths);
  return hash.digest('hex');
}

async function describeInto(hash, paths) {
  for (const path of paths) {
    const entry = await stat(inProject(path)).catch(() => null);
    if (entry === null) continue;
    if (entry.isDirectory()) {
      const children = (await readdir(inProject(path))).toSorted();
      await describeInto(
        hash,
        children.map((child) => join(path, child)),
      );
    } else hash.update(`${path} ${entry.size} ${entry.mtimeMs}\n`);
  }
}

/** The compiler leaves everything but TypeScript behind; SQL and the like go beside its output. */
export async function copyAssets(folders) {
  for (const folder of folders) {
    await cp(inProject(folder), inProject('dist', folder), {
      recursive: true,
      filter: async (source) => !/\.[cm]?tsx?$/.test(source),
    }).catch((error) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

/** A file whose source is gone must not live on in dist: folders of migrations are read from there. */
export async function removeStale(folders) {
  for (const folder of folders) {
    const built = await readdir(inProject('dist', folder), { recursive: true }).catch(() => []);
    for (const path of built) {
      const source = inProject(folder, path.replace(/\.js(\.map)?$/, '.ts'));
      if (existsSync(source) || existsSync(inProject(folder, path))) continue;
      await rm(inProject('dist', folder, path), { recursive: true, force: true });
    }
  }
}
