import { KeyStore, type KeyVersions } from '../../src/kernel/key-store.js';

const ONLY_VERSION: KeyVersions = { newest: 1, oldest: 1 };

/** A key store that stores nothing and wraps nothing: what a key costs is what a program with it lacks. */
export class NoKeyStore extends KeyStore {
  async create(): Promise<void> {}

  async find(): Promise<KeyVersions> {
    return ONLY_VERSION;
  }

  async wrap(_tenantId: string, plaintext: Buffer): Promise<string> {
    return plaintext.toString('base64');
  }

  async unwrap(_tenantId: string, wrapped: string): Promise<Buffer> {
    return Buffer.from(wrapped, 'base64');
  }

  async rotate(): Promise<KeyVersions> {
    return ONLY_VERSION;
  }

  async rewrap(_tenantId: string, wrapped: string): Promise<string> {
    return wrapped;
  }

  async retire(): Promise<void> {}

  async destroy(): Promise<void> {}

  async listTenants(): Promise<string[]> {
    return [];
  }

  async check(): Promise<void> {}
}
