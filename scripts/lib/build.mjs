import { readFile, writeFile } from 'node:fs/promises';
import { Failure } from './fail.mjs';
import { withProgress } from './progress.mjs';
import { inProject } from './project.mjs';
import { runInstalled } from './run.mjs';
import { copyAssets, fingerprint, removeStale, sourceFolders } from './sources.mjs';

const INPUTS = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

/** Compiles into dist, unless nothing changed since the last time. */
export async function ensureBuilt(options) {
  const folders = await sourceFolders();
  const stamp = inProject('dist', '.built');
  const sources = await fingerprint([...INPUTS, ...folders]);
  if ((await readFile(stamp, 'utf8').catch(() => '')) === sources) return;
  await withProgress('Building', () => compile('tsconfig.build.json'), options);
  await copyAssets(folders);
  await removeStale(folders);
  await writeFile(stamp, sources);
}

/** @throws Failure with the compiler's words */
export async function compile(project) {
  const args = ['-p', project, '--pretty', String(Boolean(process.stderr.isTTY))];
  const { code, output } = await runInstalled('typescript/bin/tsc', args, { capture: true });
  if (code !== 0) throw new Failure(`${output}\nThe build failed (tsc -p ${project}).`);
}
