import type { Retries } from '../catalog/retries.js';
import type { KeyRotationsRepository } from './key-rotations.repository.js';
import type { RotateLogin } from './rotate-login.js';

/** A login's change takes seconds; one older than this was left by a dead process. */
const LOGIN_SECONDS = 120;

/** Rotations that somebody has to go on with: their process died, or it is time to let the old key go. */
export class ContinueRotations {
  constructor(
    private readonly rotations: KeyRotationsRepository,
    private readonly login: RotateLogin,
    private readonly settleSeconds: number,
    private readonly enqueue: (tenantId: string) => Promise<void>,
    private readonly retries: Retries,
  ) {}

  /** @returns how many */
  async execute(): Promise<number> {
    const due = await this.retries.due('rotate-keys', await this.rotations.due(this.settleSeconds));
    for (const tenantId of due) await this.enqueue(tenantId);
    const logins = await this.login.unfinished(LOGIN_SECONDS);
    return (
      due.length +
      (await this.retries.each('rotate-login', logins, (tenantId) => this.login.execute(tenantId)))
    );
  }
}
