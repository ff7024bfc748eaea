import { readFile } from 'node:fs/promises';
import { writePrivateFile } from './write-private-file.js';

/** What a URL file remembers between two starts. */
export interface Login {
  user: string;
  password: string;
  port: number;
}

export function loginUrl({ user, password, port }: Login): string {
  return `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
}

/** The login in the file; null where there is no file, or none that we wrote. */
export async function readUrlFile(path: string): Promise<Login | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (!URL.canParse(text.trim())) return null;
  const url = new URL(text.trim());
  if (url.protocol !== 'postgres:' || url.password === '' || url.port === '') return null;
  return {
    user: url.username,
    password: decodeURIComponent(url.password),
    port: Number(url.port),
  };
}

export async function writeUrlFile(path: string, login: Login): Promise<void> {
  await writePrivateFile(path, `${loginUrl(login)}\n`);
}
