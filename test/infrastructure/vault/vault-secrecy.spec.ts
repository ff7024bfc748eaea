import { inspect } from 'node:util';
import { afterEach, expect, it } from '@jest/globals';
import { VaultKeyStore } from '../../../src/infrastructure/vault/vault.key-store.js';
import { VaultSecretStore } from '../../../src/infrastructure/vault/vault.secret-store.js';
import { newTenantId } from '../../../src/kernel/ids.js';
import { Secret } from '../../../src/kernel/secret.js';
import { TOKEN, reply, startFakeVault } from './fake-vault.js';
import type { Answer, FakeVault } from './fake-vault.js';

let vault: FakeVault | null = null;
afterEach(async () => {
  await vault?.stop();
  vault = null;
});

/** What nobody may find in an error: what is sent, what comes back, and what opens Vault. */
const CANARIES = [
  TOKEN,
  'canary-of-the-value',
  'canary-of-the-answer',
  'canary-of-the-role',
  'canary-of-the-secret-id',
  'canary-of-the-data-key',
];
const everyForm = CANARIES.flatMap((canary) => [
  canary,
  Buffer.from(canary).toString('base64').replace(/=+$/, ''),
  Buffer.from(canary).toString('hex'),
]);

const says = (status: number): Answer => {
  const body = { errors: ['canary-of-the-answer'], data: 'canary-of-the-answer' };
  return (_, response) => reply(response, status, body);
};
const faults: [string, Answer][] = [
  ...[400, 403, 404, 405, 412, 429, 500, 501, 503].map((status): [string, Answer] => [
    `status ${status}`,
    says(status),
  ]),
  ['a wrong shape', (_, response) => reply(response, 200, { data: 'canary-of-the-answer' })],
  ['text', (_, response) => reply(response, 200, 'canary-of-the-answer')],
  ['half an answer', (_, response) => reply(response, 200, '{"data":"canary-of-the-answer')],
  ['silence', () => undefined],
  ['a cut connection', (_, response) => void response.socket?.destroy()],
  [
    'a cut answer',
    (_, response) => {
      response.write('canary-of-the-answer', () => response.socket?.destroy());
    },
  ],
  [
    'an impossible answer',
    (_, response) => void response.socket?.end('HTTP/1.1 200\r\ncanary-of-the-answer: \0\r\n\r\n'),
  ],
];

it.each(faults)(
  'an error after %s shows nothing secret, however it is printed',
  async (_, answer) => {
    vault = await startFakeVault();
    const tenantId = newTenantId();
    const path = { tenantId, name: 'a' };
    const limits = { timeoutMs: 100, totalMs: 250 };
    const value = { token: 'canary-of-the-value' };
    const appRole = {
      kind: 'app-role' as const,
      roleId: new Secret('canary-of-the-role'),
      secretId: new Secret('canary-of-the-secret-id'),
    };
    const tries: ((fake: FakeVault) => Promise<unknown>)[] = [
      (fake) => secrets(fake).put(path, value),
      (fake) => secrets(fake).create(path, value),
      (fake) => secrets(fake).get(path),
      (fake) => keys(fake).wrap(tenantId, Buffer.from('canary-of-the-data-key')),
      (fake) => keys(fake).unwrap(tenantId, 'vault:v1:YWJj'),
      (fake) => fake.client({ ...limits, credentials: appRole }).check(),
      (fake) => secrets(fake, { credentials: appRole }).get(path),
    ];
    const secrets = (fake: FakeVault, options: object = {}) =>
      new VaultSecretStore(fake.client({ ...limits, ...options }), 'numoon');
    const keys = (fake: FakeVault) => new VaultKeyStore(fake.client(limits), 'numoon-transit');
    vault.answer((asked, response) =>
      asked.url.includes('health') ? 'default' : answer(asked, response),
    );
    let thrown = 0;
    for (const attempt of tries) {
      const error = await attempt(vault).then(
        () => null,
        (error: unknown) => error,
      );
      if (error === null) continue;
      thrown += 1;
      const printed = [
        inspect(error, { depth: 10, showHidden: true }),
        JSON.stringify(error),
        (error as Error).stack,
        JSON.stringify(Object.getOwnPropertyDescriptors(error)),
      ].join('\n');
      for (const form of everyForm) expect(printed).not.toContain(form);
      expect(error).toMatchObject({ code: expect.stringMatching(/^(vault|key|wrapped|secret)_/) });
      expect(error).not.toHaveProperty('cause');
    }
    expect(thrown).toBeGreaterThanOrEqual(5);
  },
);

it('a token that no request can carry is not repeated in the error', async () => {
  vault = await startFakeVault();
  const credentials = { kind: 'token' as const, token: new Secret(`${TOKEN}\n\u0000`) };
  const error = await vault
    .client({ credentials })
    .check()
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'vault_refused', fields: { reason: 'not-sent' } });
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('canary');
});
