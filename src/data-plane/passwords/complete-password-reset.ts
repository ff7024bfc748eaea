import { Injectable } from '@nestjs/common';
import { PasswordResets } from '../access/single-use-links.repository.js';
import { TenantDoors } from '../access/tenant-doors.js';
import { storedHashOf, tenantOfToken } from '../access/tokens.js';
import { NewPassword } from './new-password.js';
import { ResetLinkInvalidError } from './password.errors.js';
import type { CompletePasswordResetBody } from './passwords.dto.js';
import { ReplacePassword } from './replace-password.js';

/** Whoever holds the link chooses a new password. All sessions of the member end. */
@Injectable()
export class CompletePasswordReset {
  constructor(
    private readonly doors: TenantDoors,
    private readonly resets: PasswordResets,
    private readonly newPassword: NewPassword,
    private readonly replace: ReplacePassword,
  ) {}

  /** @throws ResetLinkInvalidError | PasswordRefusedError (the link stays good for another try) */
  async execute({ token, password }: CompletePasswordResetBody): Promise<void> {
    const done = await this.doors.enter(
      tenantOfToken(token),
      ['active', 'closing'],
      'password-reset.complete',
      () => this.#complete(storedHashOf(token), password),
    );
    if (done !== true) throw new ResetLinkInvalidError();
  }

  async #complete(tokenHash: Buffer, password: string): Promise<boolean> {
    // Looked up before hashing, so that a made-up token costs no hash.
    const member = await this.resets.find(tokenHash);
    if (member === null) return false;
    const after = await this.newPassword.hash(password, member.email, 'password');
    const { memberId } = member;
    return this.replace.execute({ memberId, after, action: 'password.reset' }, async (tx) => {
      if (!(await this.resets.claim(tx, tokenHash))) throw new ResetLinkInvalidError();
    });
  }
}
