import { Injectable } from '@nestjs/common';
import { Mailer, UnconfiguredMailer } from '../../infrastructure/mail/mailer.js';
import { newToken, storedHashOf } from '../access/tokens.js';
import { TenantDoors } from '../access/tenant-doors.js';
import { AttemptLimits } from '../passwords/attempt-limits.js';
import { BackgroundWork } from '../background-work.js';
import { DataPlaneSettings } from '../data-plane.settings.js';
import { OrganizationRepository } from '../organization/organization.repository.js';
import { AddressProofs } from './address-proofs.js';
import { addressProofMail, PROOF_HOURS } from './address-proof.mail.js';
import type { LinkedOrganization } from './linked-organization.js';

/**
 * Sends links by which somebody proves an address to be theirs, one for each tenant, all in one mail that
 * names them. Where no mail is set up the links are shown, if this installation shows links.
 */
@Injectable()
export class SendAddressProof {
  constructor(
    private readonly background: BackgroundWork,
    private readonly limits: AttemptLimits,
    private readonly doors: TenantDoors,
    private readonly organization: OrganizationRepository,
    private readonly proofs: AddressProofs,
    private readonly mailer: Mailer,
    private readonly settings: DataPlaneSettings,
  ) {}

  /**
   * After the caller was answered: a mail server that is away is no reason to refuse an account. Limited,
   * since anybody can open accounts with somebody's address.
   */
  soon(email: string, tenantId: string): void {
    if (this.#reachesNobody()) return;
    this.background.start('email-verification.send', async () => {
      const { allowed } = await this.limits.byAccount.consume(`verify new ${email}`);
      if (allowed) await this.execute(email, [tenantId]);
    });
  }

  async execute(email: string, tenantIds: readonly string[]): Promise<void> {
    if (this.#reachesNobody() || tenantIds.length === 0) return;
    const linked = await Promise.all(tenantIds.map((id) => this.#link(email, id)));
    const organizations = linked.filter((it) => it !== null);
    if (organizations.length === 0) return;
    const sent = await this.mailer.send(addressProofMail(email, organizations));
    if (sent === 'sent') return;
    for (const { link } of organizations) this.settings.showLink?.('email-verification', link);
  }

  /** Then a link would only be a row more. */
  #reachesNobody(): boolean {
    return this.mailer instanceof UnconfiguredMailer && this.settings.showLink === null;
  }

  #link(email: string, tenantId: string): Promise<LinkedOrganization | null> {
    const statuses = ['active', 'closing'] as const;
    return this.doors.enter(tenantId, statuses, 'email-verification.send', async () => {
      const { name, slug } = await this.organization.read();
      const token = newToken(tenantId);
      const minutes = PROOF_HOURS * 60;
      await this.proofs.offer({ linkHash: storedHashOf(token), email, minutes });
      return { name, slug, link: this.settings.linkTo('verify-email', token) };
    });
  }
}
