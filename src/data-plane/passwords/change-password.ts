import { Injectable } from '@nestjs/common';
import { Tenancy } from '../../tenancy/tenancy.js';
import { CredentialEndedError } from '../access/access.errors.js';
import { AccountsRepository } from '../access/accounts.repository.js';
import { memberOf } from '../access/caller.js';
import { ConfirmPassword } from './confirm-password.js';
import { NewPassword } from './new-password.js';
import { CurrentPasswordWrongError } from './password.errors.js';
import type { ChangePasswordBody } from './passwords.dto.js';
import { ReplacePassword } from './replace-password.js';

/** A member changes the own password; all other sessions of the member end. */
@Injectable()
export class ChangePassword {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly accounts: AccountsRepository,
    private readonly confirm: ConfirmPassword,
    private readonly newPassword: NewPassword,
    private readonly replace: ReplacePassword,
  ) {}

  /** @throws SessionRequiredError | CurrentPasswordWrongError | PasswordRefusedError | LoginThrottledError */
  async execute({ currentPassword, newPassword }: ChangePasswordBody): Promise<void> {
    const { id, sessionId } = memberOf(this.tenancy);
    const account = await this.accounts.byId(id);
    if (account === null) throw new CredentialEndedError();
    if (!(await this.confirm.execute(account, currentPassword)))
      throw new CurrentPasswordWrongError();
    const replaced = await this.replace.execute({
      memberId: id,
      before: account.passwordVersion,
      after: await this.newPassword.hash(newPassword, account.email, 'newPassword'),
      keepSessionId: sessionId,
      action: 'password.changed',
    });
    if (!replaced) throw new CurrentPasswordWrongError();
  }
}
