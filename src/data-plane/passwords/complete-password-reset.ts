import { Injectable } from '@nestjs/common';
import type { Queryable } from '../../tenancy/tenant-database.js';
import { AccountsRepository } from '../access/accounts.repository.js';
import { PasswordResets } from '../access/single-use-links.repository.js';
import { TenantDoors } from '../access/tenant-doors.js';
import { storedHashOf, tenantOfToken } from '../access/tokens.js';
import { KnownBrowsers } from '../sign-in/known-browsers.js';
import { KeysInReach } from './keys-in-reach.js';
import { NewPassword } from './new-password.js';
import { ResetLinkInvalidError } from './password.errors.js';
import type { CompletePasswordResetBody, PasswordResetAnswer } from './passwords.dto.js';
import { ReplacePassword } from './replace-password.js';
import { OrganizationRepository } from '../organization/organization.repository.js';

export interface ResetDone {
  answer: PasswordResetAnswer;
  /** A mark for the browser it was: guesses of strangers do not keep it from signing in next. */
  browser: string | null;
}

/**
 * Whoever holds the link chooses a new password. All sessions of the member end. API keys are programs', and
 * go on unless they are revoked here; the answer says which do, since one may be of whoever was here before.
 */
@Injectable()
export class CompletePasswordReset {
  constructor(
    private readonly doors: TenantDoors,
    private readonly resets: PasswordResets,
    private readonly accounts: AccountsRepository,
    private readonly newPassword: NewPassword,
    private readonly replace: ReplacePassword,
    private readonly keys: KeysInReach,
    private readonly browsers: KnownBrowsers,
    private readonly organization: OrganizationRepository,
  ) {}

  /** @throws ResetLinkInvalidError | PasswordRefusedError (the link stays good for another try) */
  async execute(body: CompletePasswordResetBody): Promise<ResetDone> {
    const done = await this.doors.enter(
      tenantOfToken(body.token),
      ['active', 'closing'],
      'password-reset.complete',
      () => this.#complete(body),
    );
    if (done === null) throw new ResetLinkInvalidError();
    return done;
  }

  async #complete({
    token,
    password,
    revokeKeys,
  }: CompletePasswordResetBody): Promise<ResetDone | null> {
    const tokenHash = storedHashOf(token);
    // Looked up before hashing, so that a made-up token costs no hash.
    const member = await this.resets.find(tokenHash);
    if (member === null) return null;
    const { memberId, email } = member;
    const after = await this.newPassword.hash(password, email, 'password');
    const { name, slug } = await this.organization.read();
    let revoked: string[] = [];
    const alongside = async (tx: Queryable): Promise<void> => {
      if (!(await this.resets.claim(tx, tokenHash))) throw new ResetLinkInvalidError();
      if (revokeKeys === true) revoked = await this.keys.revoke(tx, memberId);
    };
    const change = { memberId, after, action: 'password.reset' } as const;
    if (!(await this.replace.execute(change, alongside))) return null;
    const account = await this.accounts.byId(memberId);
    return {
      answer: {
        organization: { name, slug },
        revokedApiKeys: revoked.length,
        apiKeys: await this.keys.list(memberId),
      },
      browser: account === null ? null : await this.browsers.mark(account),
    };
  }
}
