import { Injectable, Logger } from '@nestjs/common';
import { TenantDatabase } from '../../tenancy/tenant-database.js';
import { FindAccount, type Whose } from '../access/find-account.js';
import type { SignInPlace } from '../access/sign-in-directory.js';
import { PasswordResets } from '../access/single-use-links.repository.js';
import { newToken, storedHashOf } from '../access/tokens.js';
import type { LinkedOrganization } from '../addresses/linked-organization.js';
import { AuditLog } from '../audit/audit-log.js';
import { DataPlaneSettings } from '../data-plane.settings.js';
import { OrganizationRepository } from '../organization/organization.repository.js';

export interface IssuedResets {
  links: LinkedOrganization[];
  /** Tenants in which the address has to be proved before it can do this. */
  unproved: string[];
}

/** Makes single-use links for the members with this address, one for each tenant. */
@Injectable()
export class IssuePasswordReset {
  readonly #logger = new Logger(IssuePasswordReset.name);

  constructor(
    private readonly find: FindAccount,
    private readonly database: TenantDatabase,
    private readonly resets: PasswordResets,
    private readonly organization: OrganizationRepository,
    private readonly audit: AuditLog,
    private readonly settings: DataPlaneSettings,
  ) {}

  /** Empty when nobody with this address may sign in. */
  async execute(who: Whose): Promise<IssuedResets> {
    const issued: IssuedResets = { links: [], unproved: [] };
    for (const place of await this.find.placesOfMail(who)) {
      try {
        await this.#issue(place, who.email, issued);
      } catch (error) {
        // A tenant that cannot be reached must not keep those of the others from being sent.
        this.#logger.warn('A reset link was not made', error);
      }
    }
    return issued;
  }

  async #issue(place: SignInPlace, email: string, issued: IssuedResets): Promise<void> {
    await this.find.execute(place, email, 'password-reset.send', async (account, tenant) => {
      if (this.settings.insistsOnProof && !place.proved) {
        issued.unproved.push(tenant.id);
        return;
      }
      const token = newToken(tenant.id);
      const { name, slug } = await this.organization.read();
      await this.database.transaction(async (tx) => {
        await this.resets.add(tx, { tokenHash: storedHashOf(token), memberId: account.id });
        await this.audit.append({ action: 'password.reset-requested', targetId: account.id }, tx);
      });
      issued.links.push({ name, slug, link: this.settings.linkTo('reset-password', token) });
    });
  }
}
