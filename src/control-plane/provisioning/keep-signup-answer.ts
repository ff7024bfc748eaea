import type { IdempotentCall } from '../../infrastructure/idempotency/idempotent-call.js';
import type { CatalogTransaction } from '../catalog/catalog-database.js';
import type { OpenedAccount } from './open-account.js';
import { signupAnswer } from './signup.dto.js';

/**
 * What `OpenAccount` runs in the transaction in which the account becomes active: the answer is kept with it,
 * so that who repeats the call is given the same account and key.
 *
 * @param call undefined where it has no `Idempotency-Key`
 */
export function keepSignupAnswer(call: IdempotentCall | undefined) {
  return async (tx: CatalogTransaction, opened: OpenedAccount): Promise<void> => {
    await call?.keepWith((text, values) => tx.query(text, values), {
      status: 201,
      body: signupAnswer(opened),
      tenantId: opened.tenant.id,
    });
  };
}
