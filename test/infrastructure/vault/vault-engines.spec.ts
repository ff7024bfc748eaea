import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenedVault, VaultSettings } from '../../../src/infrastructure/vault/open-vault.js';
import { newTenantId, randomWord } from '../../../src/kernel/ids.js';
import { vaultBinary } from '../../support/vault-server.js';
import { appRole, counter, startOwnVault } from './own-vault.js';
import type { OwnVault } from './own-vault.js';
import { withOwnVault } from './real-vault.js';

withOwnVault('the engines of a real Vault', () => {
  let vault: OwnVault;
  const opened: OpenedVault[] = [];
  beforeAll(async () => {
    vault = await startOwnVault();
  });
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
  });
  afterAll(() => vault.stop());
  function open(settings: Partial<VaultSettings> = {}, calls = counter()): OpenedVault {
    const one = vault.open(settings, calls);
    opened.push(one);
    return one;
  }
  async function kvMount(maxVersions: number): Promise<string> {
    const mount = `kv-${randomWord(8)}`;
    await vault.ask('POST', `sys/mounts/${mount}`, { type: 'kv', options: { version: '2' } });
    for (let tries = 0; tries < 50; tries += 1) {
      const set = await vault.ask('POST', `${mount}/config`, { max_versions: maxVersions });
      if (set.status === 204) return mount;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error('The engine does not get ready');
  }
  const secret = Buffer.from('a data key');

  describe('transit', () => {
    it('by itself makes a key when asked to encrypt under a new name; the adapter does not', async () => {
      const [byItself, byUs] = [newTenantId(), newTenantId()];
      const plaintext = secret.toString('base64');
      const raw = await vault.ask('POST', `${vault.transitMount}/encrypt/${byItself}`, {
        plaintext,
      });
      expect(raw.status).toBe(200);
      const { keys } = open();
      expect(await keys.find(byItself)).not.toBeNull();
      await expect(keys.wrap(byUs, secret)).rejects.toMatchObject({ code: 'key_missing' });
      expect(await keys.find(byUs)).toBeNull();
    });

    it('never makes a key while 32 wrap and one destroys', async () => {
      const tenantId = newTenantId();
      const { keys } = open();
      await keys.create(tenantId);
      const callers = Array.from({ length: 32 }, async () => {
        for (let call = 0; call < 8; call += 1) await keys.wrap(tenantId, secret).catch(() => null);
      });
      await keys.destroy(tenantId);
      await Promise.all(callers);
      expect(await keys.find(tenantId)).toBeNull();
    });

    it('makes keys that cannot leave Vault and cannot be deleted by mistake', async () => {
      const tenantId = newTenantId();
      const { keys } = open();
      await keys.create(tenantId);
      const at = `${vault.transitMount}/keys/${tenantId}`;
      expect((await vault.ask('GET', at)).body.data).toMatchObject({
        type: 'aes256-gcm96',
        exportable: false,
        allow_plaintext_backup: false,
        deletion_allowed: false,
      });
      expect((await vault.ask('DELETE', at)).status).toBe(400);
      const exported = `${vault.transitMount}/export/encryption-key/${tenantId}`;
      expect((await vault.ask('GET', exported)).status).toBe(400);
    });

    it.each([{ exportable: true }, { allow_plaintext_backup: true }, { type: 'rsa-2048' }])(
      'a key that somebody else made with %j is not used',
      async (made) => {
        const tenantId = newTenantId();
        await vault.ask('POST', `${vault.transitMount}/keys/${tenantId}`, made);
        const { keys } = open();
        const refused = { code: 'key_unreadable' };
        await expect(keys.create(tenantId)).rejects.toMatchObject(refused);
        await expect(keys.find(tenantId)).rejects.toMatchObject(refused);
      },
    );

    it('refuses text with stray bits, line breaks or zeros that Vault itself would read', async () => {
      const tenantId = newTenantId();
      const { keys } = open();
      await keys.create(tenantId);
      const text = await keys.wrap(tenantId, secret);
      const [, last = ''] = /([^=])=*$/.exec(text) ?? [];
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
      const stray = alphabet[alphabet.indexOf(last) + 1] ?? '';
      const forms = [text.replace(/[^=](?==*$)/, stray), `${text}\n`, text.replace('v1', 'v01')];
      for (const ciphertext of forms) {
        const path = `${vault.transitMount}/decrypt/${tenantId}`;
        expect((await vault.ask('POST', path, { ciphertext })).status).toBe(200);
        const broken = { code: 'wrapped_key_broken' };
        await expect(keys.unwrap(tenantId, ciphertext)).rejects.toMatchObject(broken);
      }
    });

    it('has no trace of a version that was retired, also when a crash came between', async () => {
      const tenantId = newTenantId();
      const { keys } = open();
      await keys.create(tenantId);
      await keys.rotate(tenantId);
      await keys.rotate(tenantId);
      const at = `${vault.transitMount}/keys/${tenantId}`;
      await vault.ask('POST', `${at}/config`, { min_decryption_version: 2 });
      await keys.retire(tenantId, 2);
      expect((await vault.ask('GET', at)).body.data).toMatchObject({ min_available_version: 2 });
      await Promise.all([
        keys.retire(tenantId, 2),
        keys.retire(tenantId, 3),
        keys.retire(tenantId, 1),
      ]);
      expect((await vault.ask('GET', at)).body.data).toMatchObject({ min_available_version: 3 });
      expect(await keys.find(tenantId)).toEqual({ newest: 3, oldest: 3 });
    });

    it('loses a key for good also when a crash left it marked for deletion', async () => {
      const tenantId = newTenantId();
      const { keys } = open();
      await keys.create(tenantId);
      const at = `${vault.transitMount}/keys/${tenantId}`;
      await vault.ask('POST', `${at}/config`, { deletion_allowed: true });
      await Promise.all(Array.from({ length: 8 }, () => keys.destroy(tenantId)));
      expect((await vault.ask('GET', at)).status).toBe(404);
    });
  });

  async function worker(): Promise<OpenedVault> {
    const { transitMount: at } = vault;
    await vault.ask('PUT', 'sys/policies/acl/test-worker', {
      policy: `
        path "${at}/encrypt/*" { capabilities = ["update"] }
        path "${at}/decrypt/*" { capabilities = ["update"] }
        path "${at}/keys/+"    { capabilities = ["read"] }`,
    });
    return open(await appRole(vault, 'test-worker', { token_policies: ['test-worker'] }));
  }

  describe('a worker that may only use keys', () => {
    it('wraps and unwraps, and cannot create, rotate, retire or destroy', async () => {
      const tenantId = newTenantId();
      await open().keys.create(tenantId);
      const { keys } = await worker();
      expect(await keys.unwrap(tenantId, await keys.wrap(tenantId, secret))).toEqual(secret);
      const denied = { code: 'vault_denied' };
      await expect(keys.create(newTenantId())).rejects.toMatchObject(denied);
      await expect(keys.rotate(tenantId)).rejects.toMatchObject(denied);
      await open().keys.rotate(tenantId);
      await expect(keys.retire(tenantId, 2)).rejects.toMatchObject(denied);
      await expect(keys.destroy(tenantId)).rejects.toMatchObject(denied);
      expect(await keys.find(tenantId)).toEqual({ newest: 2, oldest: 1 });
    });

    it('is told that a key is missing, and makes none by encrypting', async () => {
      const { keys } = await worker();
      const tenantId = newTenantId();
      const missing = { code: 'key_missing' };
      await expect(keys.wrap(tenantId, secret)).rejects.toMatchObject(missing);
      expect(await open().keys.find(tenantId)).toBeNull();
    });
  });

  describe('kv', () => {
    it.each([0, 1])('keeps no older version, with max_versions %d on the engine', async (bound) => {
      const mount = await kvMount(bound);
      const { secrets } = open({ vaultKvMount: mount });
      const path = { tenantId: newTenantId(), name: 'token' };
      expect(await secrets.create(path, { refresh: 'first' })).toBe(true);
      await secrets.put(path, { refresh: 'second' });
      await secrets.put(path, { refresh: 'third' });
      const at = `tenants/${path.tenantId}/${path.name}`;
      for (const version of [1, 2]) {
        const old = await vault.ask('GET', `${mount}/data/${at}?version=${version}`);
        expect(old.status).toBe(404);
      }
      const { versions } = (await vault.ask('GET', `${mount}/metadata/${at}`)).body.data;
      expect(Object.keys(versions)).toEqual(['3']);
    });

    it('costs one call a put where the engine is bounded', async () => {
      const calls = counter();
      const { secrets } = open({ vaultKvMount: await kvMount(1) }, calls);
      const path = { tenantId: newTenantId(), name: 'token' };
      await secrets.put(path, { a: '0' });
      const before = calls.all();
      for (let put = 0; put < 5; put += 1) await secrets.put(path, { a: String(put) });
      expect(calls.all() - before).toBe(5);
    });

    it('is refused where the engine insists on keeping versions', async () => {
      const { secrets } = open({ vaultKvMount: await kvMount(5) });
      const put = secrets.put({ tenantId: newTenantId(), name: 'token' }, { a: '1' });
      await expect(put).rejects.toMatchObject({
        code: 'vault_refused',
        fields: { reason: 'keeps-versions' },
        message: expect.stringContaining('max_versions'),
      });
    });

    it('does not take what was deleted by hand, and can be restored, for absent', async () => {
      const { secrets } = open();
      const path = { tenantId: newTenantId(), name: 'root' };
      const at = `${vault.kvMount}/data/tenants/${path.tenantId}/root`;
      await secrets.put(path, { a: '1' });
      await vault.ask('DELETE', at);
      await expect(secrets.get(path)).rejects.toMatchObject({
        code: 'secret_unreadable',
        fields: { reason: 'soft-deleted' },
      });
      expect(await secrets.create(path, { a: '2' })).toBe(false);
      await secrets.destroy(path);
      expect(await secrets.get(path)).toBeNull();
      expect(await secrets.create(path, { a: '2' })).toBe(true);
    });

    it('refuses what it did not write', async () => {
      const { secrets } = open();
      const path = { tenantId: newTenantId(), name: 'foreign' };
      const at = `${vault.kvMount}/data/tenants/${path.tenantId}/foreign`;
      await vault.ask('POST', at, { data: { nested: { a: 1 } } });
      await expect(secrets.get(path)).rejects.toMatchObject({ code: 'secret_unreadable' });
    });

    it('destroys what others put below a tenant as well, whatever it is called', async () => {
      const { secrets } = open();
      const tenantId = newTenantId();
      for (const name of ['a', 'deep/er/b', 'odd name?#/%2e', 'x.y']) {
        const at = `${vault.kvMount}/data/tenants/${tenantId}/${encodeURI(name).replace('?#', '%3F%23')}`;
        expect((await vault.ask('POST', at, { data: { a: '1' } })).status).toBe(200);
      }
      await secrets.destroyTenant(tenantId);
      const left = await vault.ask(
        'GET',
        `${vault.kvMount}/metadata/tenants/${tenantId}?list=true`,
      );
      expect(left.status).toBe(404);
      expect(await secrets.listTenants()).not.toContain(tenantId);
    });
  });

  describe('an engine that is not there', () => {
    const missing = { code: 'vault_mount_missing' };
    it('is an error for every call, never an empty answer', async () => {
      const { secrets, keys } = open({ vaultKvMount: 'nowhere', vaultTransitMount: 'nowhere' });
      const tenantId = newTenantId();
      await expect(secrets.get({ tenantId, name: 'a' })).rejects.toMatchObject(missing);
      await expect(secrets.list(tenantId)).rejects.toMatchObject(missing);
      await expect(secrets.listTenants()).rejects.toMatchObject(missing);
      await expect(secrets.destroyTenant(tenantId)).rejects.toMatchObject(missing);
      await expect(keys.find(tenantId)).rejects.toMatchObject(missing);
      await expect(keys.listTenants()).rejects.toMatchObject(missing);
      await expect(keys.wrap(tenantId, secret)).rejects.toMatchObject(missing);
      await expect(secrets.check()).rejects.toMatchObject({ code: 'vault_denied' });
    });

    it('or is another one, fails the check', async () => {
      const { kvMount, transitMount } = vault;
      const swapped = open({ vaultKvMount: transitMount, vaultTransitMount: kvMount });
      await expect(swapped.secrets.check()).rejects.toMatchObject(missing);
      await expect(swapped.keys.check()).rejects.toMatchObject(missing);
    });
  });

  // HashiCorp's Vault has namespaces in its paid edition only.
  const onOpenBao = vaultBinary !== null && /bao/.test(vaultBinary) ? it : it.skip;
  onOpenBao('keys and secrets of a namespace are not seen outside of it', async () => {
    const namespace = `team-${randomWord(6)}`;
    await vault.ask('POST', `sys/namespaces/${namespace}`);
    const inside = { 'X-Vault-Namespace': namespace };
    await vault.ask('POST', `sys/mounts/${vault.transitMount}`, { type: 'transit' }, inside);
    const tenantId = newTenantId();
    const { keys } = open({ vaultNamespace: namespace });
    await keys.create(tenantId);
    expect(await keys.listTenants()).toEqual([tenantId]);
    expect(await open().keys.find(tenantId)).toBeNull();
    await expect(keys.check()).resolves.toBeUndefined();
  });
});
