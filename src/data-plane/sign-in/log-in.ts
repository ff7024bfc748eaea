import { Injectable, Logger } from '@nestjs/common';
import { hasCode } from '../../kernel/app-error.js';
import { FindAccount } from '../access/find-account.js';
import type { SignInPlace } from '../access/sign-in-directory.js';
import { DataPlaneSettings } from '../data-plane.settings.js';
import { CheckPassword } from '../passwords/check-password.js';
import { PasswordThrottle } from '../passwords/password-throttle.js';
import { AnswerFloor } from './answer-floor.js';
import { BeginSession, type LoggedIn } from './begin-session.js';
import { KnownBrowsers } from './known-browsers.js';
import { type Match, MatchPassword } from './match-password.js';
import type { LoginBody } from './sign-in.dto.js';
import {
  EmailUnprovedError,
  LoginFailedError,
  OrganizationAmbiguousError,
} from './sign-in.errors.js';

/**
 * Signs a member in. The password is tried in every tenant of the address, those first that the address
 * has proved to be its own; one that it never proved is opened without being named only where this
 * installation does not insist. However many tenants there are it is one attempt, and every refusal looks
 * alike and takes alike: a stranger learns neither whether there is such an address nor where.
 */
@Injectable()
export class LogIn {
  readonly #logger = new Logger(LogIn.name);

  constructor(
    private readonly throttle: PasswordThrottle,
    private readonly find: FindAccount,
    private readonly match: MatchPassword,
    private readonly check: CheckPassword,
    private readonly begin: BeginSession,
    private readonly browsers: KnownBrowsers,
    private readonly settings: DataPlaneSettings,
  ) {}

  /**
   * @param address the caller's network address
   * @param browser the mark that the browser was given at an earlier sign-in
   * @throws LoginFailedError | LoginThrottledError | OrganizationAmbiguousError | EmailUnprovedError
   */
  async execute(
    body: LoginBody,
    address: string,
    browser: string | null = null,
  ): Promise<LoggedIn> {
    const floor = new AnswerFloor();
    const loggedIn = await this.#attempt(body, address, browser);
    if (loggedIn !== null) return loggedIn;
    await floor.reached();
    throw new LoginFailedError();
  }

  async #attempt(
    body: LoginBody,
    address: string,
    browser: string | null,
  ): Promise<LoggedIn | null> {
    try {
      return await this.throttle.guard({ account: body.email, address }, () => this.#logIn(body));
    } catch (error) {
      if (!hasCode(error, 'login_throttled')) throw error;
      // Strangers used the attempts up. A browser that is known has its own, at that member alone.
      const known = await this.browsers.recognize(browser, body.email);
      if (known === null) throw error;
      const { account, memberId, tenantId } = known;
      return this.throttle.guard({ account }, () => this.#logIn(body, { tenantId, memberId }));
    }
  }

  async #logIn(
    body: LoginBody,
    only?: { tenantId: string; memberId: string },
  ): Promise<LoggedIn | null> {
    const all = await this.find.places(body);
    const places = all.filter(({ tenantId }) => (only?.tenantId ?? tenantId) === tenantId);
    const named = body.organization != null;
    const tried = await this.#tryInTurn(named ? [places] : inTurn(places), body, only?.memberId);
    if (tried.length === 0) return null;
    if (!named && this.settings.insistsOnProof && tried.every(({ place }) => !place.proved)) {
      throw new EmailUnprovedError(await this.begin.organizationsOf(tried));
    }
    const [first, ...others] = tried;
    if (first === undefined) return null;
    if (others.length === 0) return this.begin.execute(first, body.password);
    throw new OrganizationAmbiguousError(await this.begin.organizationsOf(tried));
  }

  /** The matches of the first group that has any. */
  async #tryInTurn(
    groups: readonly SignInPlace[][],
    body: LoginBody,
    memberId: string | undefined,
  ): Promise<Match[]> {
    let checks = 0;
    const failures: unknown[] = [];
    for (const group of groups) {
      const matches = await this.match.execute(group, body, memberId);
      if (matches.found.length > 0) return matches.found;
      checks += matches.checks;
      failures.push(...matches.failures);
    }
    // Nothing was compared, so nothing was guessed; anything else is an attempt that failed, lest who
    // can break one of the tenants of an address may guess at the others for nothing.
    if (checks === 0 && failures.length > 0) throw failures[0];
    for (const error of failures) this.#logger.warn('A sign-in could not look everywhere', error);
    if (checks === 0) await this.check.execute(null, body.password);
    return [];
  }
}

function inTurn(places: readonly SignInPlace[]): SignInPlace[][] {
  return [places.filter(({ proved }) => proved), places.filter(({ proved }) => !proved)];
}
