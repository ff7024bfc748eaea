import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { withOwnVault } from '../infrastructure/vault/real-vault.js';
import type { Answer, SignedUp } from '../support/test-app.js';
import { startAuditedVault, type AuditedVault } from './support/audited-vault.js';
import {
  read,
  rename,
  startVaultApp,
  timed,
  untilTrue,
  warmUp,
  type VaultApp,
} from './support/vault-app.js';

withOwnVault('a real Vault whose audit device is blocked', () => {
  let vault: AuditedVault;
  let on: VaultApp;
  let warm: SignedUp;
  let cold: SignedUp;

  beforeAll(async () => {
    vault = await startAuditedVault();
    on = await startVaultApp({ stockDatabases: 0, stockSchemas: 2 }, { vault });
    warm = await on.app.signUp({ isolation: 'schema' });
    cold = await on.app.signUp({ isolation: 'schema' });
  });

  afterAll(() => on?.close());

  const coldRead = () => {
    on.app.foundation.keys.drop(cold.id);
    return read(on.app, cold);
  };

  it('is told as vault_slow to who needs it, felt by nobody else, and over when it is', async () => {
    const { app } = on;
    await warmUp(app, warm);
    expect((await coldRead()).status).toBe(200);

    vault.blockAudit();
    let answer: Answer | undefined;
    // What is written until the pipe is full is still answered.
    for (let calls = 0; calls < 300 && answer?.status !== 503; calls += 1)
      answer = await coldRead();
    expect(answer).toMatchObject({ status: 503, body: { code: 'vault_slow' } });

    const waiting = Promise.all([coldRead(), coldRead(), coldRead()]);
    for (let round = 0; round < 10; round += 1) {
      const name = `Warm in round ${round}`;
      const { result, ms } = await timed(() => rename(app, warm, name));
      expect(result.status).toBe(200);
      expect((await read(app, warm)).body.name).toBe(name);
      expect(ms).toBeLessThan(4_000);
    }
    for (const { status, body } of await waiting) {
      expect([status, body.code]).toEqual([503, 'vault_slow']);
    }

    vault.unblockAudit();
    expect(await untilTrue(async () => (await coldRead()).status === 200)).toBeLessThan(10_000);
    expect((await rename(app, cold, 'Written again')).status).toBe(200);
  });
});
