import { KeyStoreError } from '../../kernel/key-store.js';
import { transitKeyOf } from './transit-key.js';
import type { TransitKey } from './transit-key.js';
import { TRANSIT_REFUSALS, keyStoreErrorOf } from './transit-refusals.js';
import type { VaultBody } from './vault-call.js';
import type { VaultClient } from './vault-client.js';
import { dataOf, keysOf, unexpected } from './vault-fields.js';
import { requireTenantId } from './vault-paths.js';

export interface TransitCall {
  operation: string;
  method: 'GET' | 'POST' | 'DELETE';
  area: 'keys' | 'encrypt' | 'decrypt' | 'rewrap';
  suffix?: '/rotate' | '/config' | '/trim';
  body?: Record<string, unknown>;
  repeatable?: boolean;
}

/** Calls to a transit engine about one tenant's key, with the port's errors. */
export class TransitEngine {
  constructor(
    private readonly client: VaultClient,
    private readonly mount: string,
  ) {}

  /** @throws KeyStoreError for what is wrong with the key or the text; VaultError for the rest */
  async call(tenantId: string, call: TransitCall): Promise<VaultBody | null> {
    requireTenantId(tenantId);
    const { area, suffix = '', ...rest } = call;
    const path = `${this.mount}/${area}/${tenantId}${suffix}`;
    try {
      return await this.client.request({ ...rest, path, refusals: TRANSIT_REFUSALS });
    } catch (error) {
      throw keyStoreErrorOf(error, tenantId);
    }
  }

  /** Calls for one text. */
  async textOf(tenantId: string, call: TransitCall, field: string): Promise<string> {
    const text = dataOf(await this.call(tenantId, call), call.operation)[field];
    if (typeof text !== 'string') throw unexpected(call.operation);
    return text;
  }

  /** The key in the answer to a change, or asked for where Vault (before 1.10) answers nothing. */
  async keyAfter(tenantId: string, call: TransitCall): Promise<TransitKey> {
    const answer = await this.call(tenantId, call);
    if (answer?.['data'] === undefined) return this.require(tenantId);
    return transitKeyOf(dataOf(answer, call.operation), tenantId);
  }

  async find(tenantId: string): Promise<TransitKey | null> {
    const operation = 'transit.find';
    const answer = await this.call(tenantId, { operation, method: 'GET', area: 'keys' });
    return answer === null ? null : transitKeyOf(dataOf(answer, operation), tenantId);
  }

  /** @throws KeyStoreError `key_missing` */
  async require(tenantId: string): Promise<TransitKey> {
    const key = await this.find(tenantId);
    if (key === null) throw new KeyStoreError('key_missing', { tenantId });
    return key;
  }

  async names(): Promise<string[]> {
    const operation = 'transit.list';
    const path = `${this.mount}/keys`;
    return keysOf(await this.client.request({ operation, method: 'LIST', path }), operation);
  }
}
