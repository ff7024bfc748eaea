import { open, rename, stat, type FileHandle } from 'node:fs/promises';

const ROTATE_BYTES = 10 * 1024 * 1024;

/** Opens the log for appending, after moving a large one aside (one old log is kept). */
export async function openServerLog(path: string): Promise<FileHandle> {
  if ((await logSize(path)) > ROTATE_BYTES) await rename(path, `${path}.1`);
  return open(path, 'a', 0o600);
}

export async function logSize(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** The last lines written since `from`, for an error message. */
export async function lastLogLines(path: string, from: number, count = 12): Promise<string> {
  const size = await logSize(path);
  const start = Math.max(from, size - 8_192);
  if (size <= start) return '';
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(size - start),
      0,
      size - start,
      start,
    );
    return buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n').slice(-count).join('\n');
  } finally {
    await file.close();
  }
}
