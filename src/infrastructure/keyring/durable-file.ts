import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { errno } from './keyring.errors.js';

/** Files being written, and folders being removed: `.<name>.<random>.tmp`. A leading dot keeps them apart from every valid name. */
const TEMPORARY = /^\.(.+)\.[0-9a-f]{16}\.tmp$/;

/** No write takes a minute; what is older was cut off. */
const LEFTOVER_MS = 60_000;

/** The name whose write left this file behind, or null for any other file. */
export function temporaryFor(fileName: string): string | null {
  return TEMPORARY.exec(fileName)?.[1] ?? null;
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
    if (errno(error) !== 'EEXIST') throw error;
    // The winner may not have come to this line yet, and our caller builds on what is there.
    await syncFolder(dirname(file));
    return false;
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(dirname(file));
  return true;
}

/** The bytes of a file, or null where there is none. */
export async function contentOf(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (errno(error) === 'ENOENT') return null;
    throw error;
  }
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

/** A folder that is gone was destroyed together with what should be made durable in it. */
export async function syncIfThere(folder: string): Promise<void> {
  await syncFolder(folder).catch((error: unknown) => {
    if (errno(error) !== 'ENOENT') throw error;
  });
}

/** Creates a folder (mode 0700) and what is missing above it, and makes the whole chain durable. */
export async function makeFolderDurably(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  const top = dirname(resolve(first));
  for (let at = resolve(folder); at !== top; at = dirname(at)) await syncFolder(dirname(at));
}

/**
 * Removes temporary files that a crash left behind, of the whole folder, or of one file and of those
 * that come after it (`<file>.after-...`). Younger ones
 * may belong to a running process: process ids mean nothing between containers that share a volume.
 */
export async function removeLeftovers(folder: string, ofFile?: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const target = temporaryFor(name);
    if (target === null || (ofFile !== undefined && !belongsTo(target, basename(ofFile)))) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found === null || Date.now() - found.mtimeMs <= LEFTOVER_MS) continue;
    await rm(path, { recursive: true, force: true });
  }
}

function belongsTo(target: string, file: string): boolean {
  return target === file || target.startsWith(`${file}.after-`);
}

/**
 * Removes a folder with all that is in it. It is renamed first, so it is gone at once and whole, and
 * no temporary file in it can still be renamed or linked into place. Also removes what an earlier
 * removal, cut off after the rename, has left.
 */
export async function removeFolderDurably(folder: string): Promise<void> {
  const [parent, name] = [dirname(folder), basename(folder)];
  try {
    await rename(folder, temporaryOf(folder));
  } catch (error) {
    if (errno(error) !== 'ENOENT') throw error;
  }
  for (const each of await readdir(parent)) {
    if (temporaryFor(each) !== name) continue;
    await rm(join(parent, each), { recursive: true, force: true, maxRetries: 3 });
  }
  // Also when it was gone already: the removal may be of a process that died before this line.
  await syncFolder(parent);
}

/** Writes a file that becomes `file` by a rename or a link. Its content is durable, its name is not. */
export async function writeTemporary(file: string, content: Buffer): Promise<string> {
  const temporary = temporaryOf(file);
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

function temporaryOf(file: string): string {
  return join(dirname(file), `.${basename(file)}.${randomBytes(8).toString('hex')}.tmp`);
}
