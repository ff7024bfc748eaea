import { AppError } from '../../kernel/app-error.js';

/** The tenant's database holds no data key: provisioning writes one before the tenant is served. */
export class DataKeyMissingError extends AppError {
  constructor(tenantId: string) {
    super('data_key_missing', 'The account has no data key.', { fields: { tenantId } });
  }
}
