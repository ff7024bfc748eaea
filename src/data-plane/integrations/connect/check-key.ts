import { Injectable } from '@nestjs/common';
import type { Account } from '../../../connectors/kit/account.js';
import type { KeyFacts } from '../../../connectors/kit/facts.js';
import { keyTokens } from '../../../connectors/kit/keys/key-tokens.js';
import type { Tokens } from '../../../connectors/kit/tokens.js';
import type { Provider } from '../../../connectors/providers.js';
import { TenantKeys } from '../../../tenancy/keys/tenant-keys.js';
import { AuditLog } from '../../audit/audit-log.js';
import { CredentialsRefusedError } from '../integrations.errors.js';
import { checkCredentials } from './check-input.js';
import type { ConnectFault } from './connect-faults.js';
import { ConnectRefusedError } from './connect.errors.js';
import { faultOf } from './fault-of.js';
import { GrantedAccounts } from './granted-accounts.js';

export interface CheckedKey {
  tokens: Tokens;
  account: Account;
}

/** Tries a key that a person gave with one read call, before anything of it is kept. Of several accounts, the one it was connected to before, else the first. */
@Injectable()
export class CheckKey {
  constructor(
    private readonly granted: GrantedAccounts,
    private readonly keys: TenantKeys,
    private readonly audit: AuditLog,
  ) {}

  /** @throws ConnectionInputError | CredentialsRefusedError | ConnectRefusedError */
  async execute(
    provider: Provider,
    auth: KeyFacts,
    params: Readonly<Record<string, string>>,
    credentials: Readonly<Record<string, string>>,
    integration: { id: string; account: Account | null },
  ): Promise<CheckedKey> {
    const { name } = provider.connector.facts;
    const tokens = keyTokens(auth, checkCredentials(auth, credentials));
    const accounts = await this.#read(provider, integration.id, params, tokens);
    const known = integration.account;
    const account = accounts.find(({ id }) => id === known?.id) ?? accounts[0];
    if (account === undefined) throw new ConnectRefusedError('connect_no_account', name);
    return { tokens, account };
  }

  async #read(
    provider: Provider,
    key: string,
    params: Readonly<Record<string, string>>,
    tokens: Tokens,
  ): Promise<Account[]> {
    const { name } = provider.connector.facts;
    try {
      return await this.granted.read(provider, key, params, tokens);
    } catch (error) {
      const fault = faultOf(error);
      if (fault === null) throw error;
      await this.#write(provider, fault);
      if (fault === 'connect_not_permitted') throw new CredentialsRefusedError(name);
      throw new ConnectRefusedError(fault, name, null, error);
    }
  }

  /** There may be no integration yet that it could be about. */
  async #write({ id }: Provider, fault: ConnectFault): Promise<void> {
    await this.keys.ready('to-seal');
    const details = { provider: id, code: fault };
    await this.audit.append({ action: 'integration.connect-failed', details });
  }
}
