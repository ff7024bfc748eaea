import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What is not ours, or not written by hand. */
const SKIPPED = new Set(['node_modules', 'dist', 'results', 'coverage']);

export interface Source {
  /** From the project's root, with forward slashes. */
  path: string;
  text: string;
}

/** Files under these folders (or these very files) whose names end so. */
export function sources(places: readonly string[], endings: readonly string[]): Source[] {
  return places
    .flatMap((place) => filesOf(place))
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

function filesOf(place: string): string[] {
  const entries = readdirSync(join(ROOT, place), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = `${place}/${entry.name}`.replace(/^\.\//, '');
    if (entry.name.startsWith('.') || SKIPPED.has(entry.name)) return [];
    return entry.isDirectory() ? filesOf(path) : [path];
  });
}

/** Without comments of TypeScript and SQL, in which names may be spoken of. */
export function withoutComments(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '')
    .replaceAll(/^\s*--.*$/gm, '');
}
