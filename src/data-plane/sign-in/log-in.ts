import { Injectable } from '@nestjs/common';
import { FindAccount } from '../access/find-account.js';
import type { Account } from '../access/accounts.repository.js';
import { ReadOrganization } from '../organization/read-organization.js';
import { CheckPassword } from '../passwords/check-password.js';
import { PasswordThrottle } from '../passwords/password-throttle.js';
import { AnswerFloor } from './answer-floor.js';
import { OpenSession, type OpenedSession } from './open-session.js';
import type { LoginAnswer, LoginBody } from './sign-in.dto.js';
import { LoginFailedError } from './sign-in.errors.js';
import { UpgradeHash } from './upgrade-hash.js';

export interface LoggedIn {
  session: OpenedSession;
  answer: LoginAnswer;
}

/**
 * Signs a member in. Whoever it is costs one password hash exactly, and every refusal looks alike
 * and takes alike.
 */
@Injectable()
export class LogIn {
  constructor(
    private readonly throttle: PasswordThrottle,
    private readonly find: FindAccount,
    private readonly check: CheckPassword,
    private readonly open: OpenSession,
    private readonly upgrade: UpgradeHash,
    private readonly organization: ReadOrganization,
  ) {}

  /** @throws LoginFailedError | LoginThrottledError */
  async execute(body: LoginBody, address: string): Promise<LoggedIn> {
    const floor = new AnswerFloor();
    const loggedIn = await this.throttle.guard({ account: body.email, address }, () =>
      this.#logIn(body),
    );
    if (loggedIn !== null) return loggedIn;
    await floor.reached();
    throw new LoginFailedError();
  }

  async #logIn(body: LoginBody): Promise<LoggedIn | null> {
    let checked = false;
    const loggedIn = await this.find.execute(body, 'session.open', async (account) => {
      checked = true;
      const right = await this.check.execute(account, body.password);
      return right ? this.#begin(account, body.password) : null;
    });
    if (!checked) await this.check.execute(null, body.password);
    return loggedIn;
  }

  async #begin(account: Account, password: string): Promise<LoggedIn | null> {
    const session = await this.open.execute(account);
    if (session === null) return null;
    await this.upgrade.execute(account, password);
    const { id, name, email, role } = account;
    return {
      session,
      answer: { member: { id, name, email, role }, tenant: await this.organization.summary() },
    };
  }
}
