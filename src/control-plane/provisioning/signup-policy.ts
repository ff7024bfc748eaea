import type { CatalogDatabase } from '../catalog/catalog-database.js';
import type { KeyedHash } from '../catalog/keyed-hash.js';
import { networkOf } from '../../infrastructure/rate-limit/network-of.js';
import { randomWord } from '../../kernel/ids.js';
import {
  SignupClosedError,
  SignupInvitationError,
  SignupLimitError,
} from './provisioning.errors.js';

export type SignupMode = 'open' | 'invite' | 'closed';

/** Counts that survive a restart and are shared by all processes. */
export interface SignupLimiter {
  consume(key: string): Promise<{ allowed: boolean; retryAfterMs: number }>;
}

/** Who may sign up, and how often: a signup makes a database, so an open one must have limits. */
export class SignupPolicy {
  constructor(
    private readonly catalog: CatalogDatabase,
    private readonly hash: KeyedHash,
    private readonly mode: SignupMode,
    private readonly perAddress: SignupLimiter,
    private readonly inTotal: SignupLimiter,
  ) {}

  /** @throws SignupClosedError | SignupInvitationError | SignupLimitError */
  async admit(address: string, invitation: string | undefined): Promise<void> {
    if (this.mode === 'closed') throw new SignupClosedError();
    if (this.mode === 'invite') await this.#checkInvitation(invitation);
    await consume(this.perAddress, networkOf(address));
    await consume(this.inTotal, 'all');
  }

  /** Spends the code in the transaction that makes the account active: a failed signup keeps its code. */
  async spend(
    tx: { query(text: string, values: unknown[]): Promise<object[]> },
    invitation: string | undefined,
  ): Promise<void> {
    if (this.mode !== 'invite') return;
    const spent = await tx.query(
      `UPDATE signup_invitations SET used_at = now()
        WHERE code_hash = $1 AND used_at IS NULL AND expires_at > now() RETURNING code_hash`,
      [this.hash.of('signup-code', invitation ?? '')],
    );
    if (spent.length === 0) throw new SignupInvitationError();
  }

  /** A new single-use code. Shown once. */
  async invite(validDays: number): Promise<{ code: string; expiresAt: Date }> {
    const code = `inv_${randomWord(24)}`;
    const [row] = await this.catalog.query<{ expires_at: Date }>(
      `INSERT INTO signup_invitations (code_hash, expires_at)
       VALUES ($1, now() + make_interval(days => $2)) RETURNING expires_at`,
      [this.hash.of('signup-code', code), validDays],
    );
    return { code, expiresAt: (row as { expires_at: Date }).expires_at };
  }

  async #checkInvitation(invitation: string | undefined): Promise<void> {
    const found = await this.catalog.query(
      `SELECT FROM signup_invitations WHERE code_hash = $1 AND used_at IS NULL AND expires_at > now()`,
      [this.hash.of('signup-code', invitation ?? '')],
    );
    if (found.length === 0) throw new SignupInvitationError();
  }
}

async function consume(limiter: SignupLimiter, key: string): Promise<void> {
  const { allowed, retryAfterMs } = await limiter.consume(key);
  if (!allowed) throw new SignupLimitError(retryAfterMs);
}
