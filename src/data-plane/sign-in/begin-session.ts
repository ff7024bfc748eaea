import { Injectable } from '@nestjs/common';
import { TenantDoors } from '../access/tenant-doors.js';
import type { OrganizationChoice } from '../organization/organization.dto.js';
import { ReadOrganization } from '../organization/read-organization.js';
import { KnownBrowsers } from './known-browsers.js';
import type { Match } from './match-password.js';
import { OpenSession, type OpenedSession } from './open-session.js';
import type { LoginAnswer } from './sign-in.dto.js';
import { UpgradeHash } from './upgrade-hash.js';

export interface LoggedIn {
  session: OpenedSession;
  /** A mark for the browser it was; see `KnownBrowsers`. */
  browser: string;
  answer: LoginAnswer;
}

/** What follows a right password. */
@Injectable()
export class BeginSession {
  constructor(
    private readonly doors: TenantDoors,
    private readonly open: OpenSession,
    private readonly upgrade: UpgradeHash,
    private readonly browsers: KnownBrowsers,
    private readonly organization: ReadOrganization,
  ) {}

  /** Null when the password was changed, the member removed or the tenant shut since it was checked. */
  execute({ place, account }: Match, password: string): Promise<LoggedIn | null> {
    return this.#within(place.tenantId, async () => {
      const session = await this.open.execute(account);
      if (session === null) return null;
      await this.upgrade.execute(account, password);
      const { id, name, email, role } = account;
      return {
        session,
        browser: await this.browsers.mark(account),
        answer: { member: { id, name, email, role }, tenant: await this.organization.summary() },
      };
    });
  }

  /** What their people call them, for somebody who gave a right password of each. */
  async organizationsOf(matches: readonly Match[]): Promise<OrganizationChoice[]> {
    const read = matches.map(({ place }) =>
      this.#within(place.tenantId, async () => {
        const { name, slug } = await this.organization.summary();
        return { name, slug };
      }),
    );
    return (await Promise.all(read)).filter((choice) => choice !== null);
  }

  #within<T>(tenantId: string, work: () => Promise<T | null>): Promise<T | null> {
    return this.doors.enter(tenantId, ['active', 'closing'], 'session.open', work);
  }
}
