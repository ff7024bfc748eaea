import { Injectable } from '@nestjs/common';
import { TenantDoors } from '../access/tenant-doors.js';
import { storedHashOf, tenantOfToken } from '../access/tokens.js';
import { AuditLog } from '../audit/audit-log.js';
import { OrganizationRepository } from '../organization/organization.repository.js';
import { AddressProofs } from './address-proofs.js';
import type { AddressProvedAnswer, CompleteAddressProofBody } from './addresses.dto.js';
import { EmailVerificationInvalidError } from './addresses.errors.js';

/** Whoever holds the link has read mail to the address: it is theirs, in that one tenant. */
@Injectable()
export class CompleteAddressProof {
  constructor(
    private readonly doors: TenantDoors,
    private readonly proofs: AddressProofs,
    private readonly organization: OrganizationRepository,
    private readonly audit: AuditLog,
  ) {}

  /** @throws EmailVerificationInvalidError */
  async execute({ token }: CompleteAddressProofBody): Promise<AddressProvedAnswer> {
    const tenantId = tenantOfToken(token);
    const statuses = ['active', 'closing'] as const;
    const proved = await this.doors.enter(
      tenantId,
      statuses,
      'email-verification.complete',
      async () => {
        // Read before: a link that was used up for an answer that then failed would be lost.
        const { name, slug } = await this.organization.read();
        if (!(await this.proofs.claim(storedHashOf(token)))) return null;
        await this.audit.append({ action: 'member.address-proved' });
        return { status: 'proved', organization: { name, slug } } as const;
      },
    );
    if (proved === null) throw new EmailVerificationInvalidError();
    return proved;
  }
}
