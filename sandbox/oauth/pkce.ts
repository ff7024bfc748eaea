import { createHash } from 'node:crypto';

const VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/;
const CHALLENGE = /^[A-Za-z0-9\-_]{43}$/;

/** Whether a code_challenge has the form of S256. */
export function isChallenge(text: string): boolean {
  return CHALLENGE.test(text);
}

/** Whether the verifier belongs to the challenge; without a challenge there must be none. */
export function verifierFits(challenge: string | null, verifier: string | null): boolean {
  if (challenge === null) return verifier === null;
  if (verifier === null || !VERIFIER.test(verifier)) return false;
  return createHash('sha256').update(verifier).digest('base64url') === challenge;
}
