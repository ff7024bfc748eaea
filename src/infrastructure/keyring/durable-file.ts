import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** Files being written: `.<name>.<random>.tmp`. A leading dot keeps them apart from every valid name. */
const TEMPORARY = /^\.(.+)\.[0-9a-f]{16}\.tmp$/;

/** No write takes a minute; what is older was cut off. */
const LEFTOVER_MS = 60_000;

/** The name whose write left this file behind, or null for any other file. */
export function temporaryFor(fileName: string): string | null {
  return TEMPORARY.exec(fileName)?.[1] ?? null;
}

/** Replaces the file (mode 0600). A crash at any point leaves the old content or the new, whole. */
export async function replaceDurably(file: string, content: Buffer): Promise<void> {
  const temporary = await writeTemporary(file, content);
  try {
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(file));
}

/**
 * Creates the file (mode 0600) unless it exists. `link` makes the name appear once and whole, so of
 * several processes exactly one is told true, and nobody ever reads half a file.
 */
export async function createDurably(file: string, content: Buffer): Promise<boolean> {
  const temporary = await writeTemporary(file, content);
  try {
    await link(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(dirname(file));
  return true;
}

/** Makes creations, renames and removals in a folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; NTFS journals its entries itself.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Creates a folder (mode 0700) and what is missing above it, and makes the whole chain durable. */
export async function makeFolderDurably(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  const top = dirname(resolve(first));
  for (let at = resolve(folder); at !== top; at = dirname(at)) await syncFolder(dirname(at));
}

/**
 * Removes temporary files that a crash left behind, of one file or of the whole folder. Younger ones
 * may belong to a running process: process ids mean nothing between containers that share a volume.
 */
export async function removeLeftovers(folder: string, ofFile?: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const target = temporaryFor(name);
    if (target === null || (ofFile !== undefined && target !== basename(ofFile))) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs > LEFTOVER_MS) await rm(path, { force: true });
  }
}

async function writeTemporary(file: string, content: Buffer): Promise<string> {
  const name = `.${basename(file)}.${randomBytes(8).toString('hex')}.tmp`;
  const temporary = join(dirname(file), name);
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.datasync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  return temporary;
}
