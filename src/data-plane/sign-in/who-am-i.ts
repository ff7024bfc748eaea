import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ApiKeyEntity } from '../../../tenants/entities/api-key.entity.js';
import { TenantKeys } from '../../tenancy/keys/tenant-keys.js';
import { Tenancy } from '../../tenancy/tenancy.js';
import { CredentialEndedError } from '../access/access.errors.js';
import { openKeyName } from '../api-keys/sealed-key-name.js';
import { MembersRepository } from '../members/members.repository.js';
import { ReadOrganization } from '../organization/read-organization.js';
import type { Me, MeApiKey, MeMember } from './sign-in.dto.js';

/** Whose credential this call came with. */
@Injectable()
export class WhoAmI {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly organization: ReadOrganization,
    private readonly members: MembersRepository,
    private readonly dataSource: DataSource,
    private readonly keys: TenantKeys,
  ) {}

  async execute(): Promise<Me> {
    const { actor } = this.tenancy.current();
    const tenant = await this.organization.summary();
    if (actor.kind === 'member') return { tenant, member: await this.#member(actor.id) };
    if (actor.kind === 'api-key') return { tenant, apiKey: await this.#apiKey(actor.id) };
    return { tenant };
  }

  async #member(memberId: string): Promise<MeMember> {
    const member = await this.members.byId(memberId);
    if (member === null) throw new CredentialEndedError();
    const { id, name, email, role } = member;
    return { id, name, email, role };
  }

  async #apiKey(keyId: string): Promise<MeApiKey> {
    const key = await this.dataSource.getRepository(ApiKeyEntity).findOneBy({ id: keyId });
    if (key === null) throw new CredentialEndedError();
    const { id, role, hint } = key;
    return { id, name: await this.keys.open((cipher) => openKeyName(cipher, key)), role, hint };
  }
}
