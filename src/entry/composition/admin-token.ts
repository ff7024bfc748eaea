import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Secret } from '../../kernel/secret.js';

/**
 * The token of /admin: the one that is set, else one made at the first start and kept in the data
 * folder (0600), where the CLI finds it too.
 *
 * @param announce called once, when a token was made
 */
export async function adminToken(
  configured: Secret | null,
  dataDir: string,
  announce: (token: string) => void,
): Promise<Secret> {
  if (configured !== null) return configured;
  const file = join(dataDir, 'admin-token');
  const kept = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (kept !== null && kept.trim() !== '') return new Secret(kept.trim());
  const token = `adm_${randomBytes(32).toString('base64url')}`;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  try {
    await writeFile(file, `${token}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    // Two processes started together: the first one's token is the token.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return adminToken(null, dataDir, announce);
  }
  announce(token);
  return new Secret(token);
}
