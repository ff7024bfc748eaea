import { Injectable } from '@nestjs/common';
import { newId } from '../../kernel/ids.js';
import { Tenancy } from '../../tenancy/tenancy.js';
import { CredentialEndedError, RoleTooSmallError } from '../access/access.errors.js';
import { credentialOf } from '../access/caller.js';
import { covers } from '../access/role-order.js';
import { hintOf, newApiKey, storedHashOf } from '../access/tokens.js';
import { AuditLog } from '../audit/audit-log.js';
import { KeyedTransaction } from '../keyed-transaction.js';
import { apiKeyView, type CreateApiKeyBody, type NewApiKeyView } from './api-key.dto.js';
import { ApiKeysRepository } from './api-keys.repository.js';

/**
 * Makes an API key. One made with another key belongs to the member behind that key, so that no
 * chain of keys outlives the member who began it.
 */
@Injectable()
export class CreateApiKey {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly transaction: KeyedTransaction,
    private readonly apiKeys: ApiKeysRepository,
    private readonly audit: AuditLog,
  ) {}

  /** @throws RoleTooSmallError | CredentialEndedError */
  async execute({ name, role }: CreateApiKeyBody): Promise<NewApiKeyView> {
    const maker = credentialOf(this.tenancy);
    if (!covers(maker.role, role)) throw new RoleTooSmallError(role);
    const key = newApiKey(this.tenancy.current().tenant.id);
    const fresh = { id: newId('key'), name, role, keyHash: storedHashOf(key), hint: hintOf(key) };
    const row = await this.transaction.run(async (tx) => {
      const added = await this.apiKeys.add(tx, fresh, maker);
      if (added === null) throw new CredentialEndedError();
      const event = { action: 'api-key.created', targetId: added.id, details: { role } } as const;
      await this.audit.append(event, tx);
      return added;
    });
    return { ...apiKeyView(row), key };
  }
}
