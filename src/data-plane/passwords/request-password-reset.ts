import { Injectable } from '@nestjs/common';
import { Mailer } from '../../infrastructure/mail/mailer.js';
import { SendAddressProof } from '../addresses/send-address-proof.js';
import { BackgroundWork } from '../background-work.js';
import { DataPlaneSettings } from '../data-plane.settings.js';
import { AttemptLimits } from './attempt-limits.js';
import { IssuePasswordReset } from './issue-password-reset.js';
import { networkOf } from '../../infrastructure/rate-limit/network-of.js';
import { passwordResetMail } from './password-reset.mail.js';
import type { RequestPasswordResetBody, ResetRequestedAnswer } from './passwords.dto.js';

/**
 * Sends reset links, one for each tenant that the address is a member's of. Where this installation insists
 * on proof, an address that was never proved is asked for that instead: a reset would make whoever reads its
 * mail an owner of what somebody else may have opened under it.
 *
 * The caller is answered before any of it begins, so neither the answer nor its time tells whether there is
 * such a member.
 */
@Injectable()
export class RequestPasswordReset {
  constructor(
    private readonly background: BackgroundWork,
    private readonly limits: AttemptLimits,
    private readonly issue: IssuePasswordReset,
    private readonly settings: DataPlaneSettings,
    private readonly mailer: Mailer,
    private readonly proof: SendAddressProof,
  ) {}

  execute(body: RequestPasswordResetBody, address: string): ResetRequestedAnswer {
    this.background.start('password-reset.send', () => this.#send(body, address));
    return { status: 'accepted' };
  }

  async #send(body: RequestPasswordResetBody, address: string): Promise<void> {
    // Past the limit nothing is sent and nothing is said: a refusal here would be an answer.
    if (!(await this.#allowed(body, address))) return;
    const { links, unproved } = await this.issue.execute(body);
    // Who can do what they asked for is not also asked to confirm what may be a stranger's.
    if (links.length === 0) return this.proof.execute(body.email, [...new Set(unproved)]);
    const sent = await this.mailer.send(passwordResetMail(body.email, links));
    if (sent === 'sent') return;
    for (const { link } of links) this.settings.showLink?.('password-reset', link);
  }

  /**
   * Counted for each organisation that is named, and for none. Strangers can use up what may be asked for
   * with an address; the last links that came of it are good for longer than that lasts.
   */
  async #allowed(body: RequestPasswordResetBody, address: string): Promise<boolean> {
    const { byAccount, byAddress } = this.limits;
    const fromAddress = await byAddress.consume(`reset ${networkOf(address)}`);
    if (!fromAddress.allowed) return false;
    const whose = [body.email, body.organization ?? ''].join(' ');
    return (await byAccount.consume(`reset ${whose}`)).allowed;
  }
}
