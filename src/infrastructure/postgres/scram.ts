import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/**
 * Iterations slow down guessing of passwords that can be guessed. Ours are 256 random bits, and the
 * client pays the iterations on every connection, so the count is small on purpose.
 */
const ITERATIONS = 64;

/**
 * A SCRAM-SHA-256 verifier in PostgreSQL's own notation (RFC 5803), so that no clear password
 * travels to the server or could land in its log.
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}

/** A password for a role: 256 random bits, URL-safe. */
export function newRolePassword(): string {
  return randomBytes(32).toString('base64url');
}
