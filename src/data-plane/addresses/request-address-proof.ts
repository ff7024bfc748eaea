import { Injectable } from '@nestjs/common';
import { networkOf } from '../../infrastructure/rate-limit/network-of.js';
import { FindAccount } from '../access/find-account.js';
import { BackgroundWork } from '../background-work.js';
import { AttemptLimits } from '../passwords/attempt-limits.js';
import type { ProofRequestedAnswer, RequestAddressProofBody } from './addresses.dto.js';
import { SendAddressProof } from './send-address-proof.js';

/**
 * Sends the links again, of every tenant in which the address is not proved yet. Answered alike for any
 * address, before anything is looked up.
 */
@Injectable()
export class RequestAddressProof {
  constructor(
    private readonly background: BackgroundWork,
    private readonly limits: AttemptLimits,
    private readonly find: FindAccount,
    private readonly send: SendAddressProof,
  ) {}

  execute(body: RequestAddressProofBody, address: string): ProofRequestedAnswer {
    this.background.start('email-verification.send', () => this.#send(body, address));
    return { status: 'accepted' };
  }

  async #send(body: RequestAddressProofBody, address: string): Promise<void> {
    const { byAccount, byAddress } = this.limits;
    // Past the limit nothing is sent and nothing is said: a refusal here would be an answer.
    if (!(await byAddress.consume(`verify ${networkOf(address)}`)).allowed) return;
    const unproved = await this.#unproved(body);
    if (unproved.length === 0) return;
    // Counted for each organisation that is named: who asks for one has not been kept from it by others.
    const whose = [body.email, body.organization ?? ''].join(' ');
    if (!(await byAccount.consume(`verify ${whose}`)).allowed) return;
    await this.send.execute(body.email, unproved);
  }

  /** Only where somebody with this address can sign in: to others nothing is sent. */
  async #unproved(body: RequestAddressProofBody): Promise<string[]> {
    const places = (await this.find.placesOfMail(body)).filter(({ proved }) => !proved);
    const known = places.map((place) =>
      this.find.execute(place, body.email, 'email-verification.send', async () => place.tenantId),
    );
    return [...new Set((await Promise.all(known)).flat())];
  }
}
