import { readFile } from 'node:fs/promises';
import { inProject } from './project.mjs';

/**
 * Whether node_modules holds what package-lock.json asks for. npm itself records at the end of an
 * install what is there, so an install by hand counts, and one that was interrupted does not.
 */
export async function isInstalled() {
  const wanted = await packagesOf(inProject('package-lock.json'));
  const present = await packagesOf(inProject('node_modules', '.package-lock.json'));
  return wanted !== null && present !== null && missingPackages(wanted, present).length === 0;
}

/** Names of packages that are absent or of another version. Optional ones depend on the platform. */
export function missingPackages(wanted, present) {
  return Object.entries(wanted)
    .filter(([path, { optional, devOptional }]) => path !== '' && !optional && !devOptional)
    .filter(([path, { version }]) => present[path]?.version !== version)
    .map(([path]) => path);
}

async function packagesOf(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8')).packages ?? {};
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}
