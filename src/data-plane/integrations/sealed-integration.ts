import { INTEGRATIONS } from '../../../tenants/sealed-columns.js';
import type { Account } from '../../connectors/kit/account.js';
import type { Sealed } from '../../infrastructure/envelope/sealed-format.js';
import type { Opener, Sealer } from '../../tenancy/keys/tenant-cipher.js';

export type IntegrationParams = Readonly<Record<string, string>>;

/** How the sealed columns of `integrations` are opened and sealed: here and nowhere else. */
export function openIntegration(
  cipher: Opener,
  row: { id: string; params: Buffer | null; account: Buffer | null },
): { params: IntegrationParams; account: Account | null } {
  return {
    params:
      row.params === null
        ? {}
        : (cipher.openJson(INTEGRATIONS.params, row.id, row.params) as IntegrationParams),
    account:
      row.account === null
        ? null
        : (cipher.openJson(INTEGRATIONS.account, row.id, row.account) as Account),
  };
}

export function sealParams(cipher: Sealer, id: string, params: IntegrationParams): Sealed {
  return cipher.sealJson(INTEGRATIONS.params, id, params);
}

export function sealAccount(cipher: Sealer, id: string, account: Account): Sealed {
  return cipher.sealJson(INTEGRATIONS.account, id, account);
}

/** What an account is looked up by inside the tenant, so that it is connected once. */
export function accountHash(cipher: Opener, provider: string, accountId: string): Buffer {
  return cipher.hash('provider-account', `${provider}\0${accountId}`);
}
