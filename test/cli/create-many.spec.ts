import { describe, expect, test } from '@jest/globals';
import { createMany } from '../../src/entry/cli/create-many.js';
import { planTenants } from '../../src/entry/cli/plan-tenants.js';
import type { OpenedAccount } from '../../src/control-plane/provisioning/open-account.js';
import { AppError } from '../../src/kernel/app-error.js';

const wanted = {
  count: 9,
  organization: 'Many',
  ownerName: 'Ada',
  ownerEmail: 'Ada@Example.com',
  isolation: 'database',
} as const;

describe('creating many tenants', () => {
  test('gives each a name and an address of its own', async () => {
    const requests = await planTenants(wanted);
    expect(requests).toHaveLength(9);
    expect(requests[2]).toMatchObject({
      organization: 'Many 3',
      owner: { name: 'Ada', email: 'ada+3@example.com' },
    });
  });

  test('refuses a name that its number makes too long before any is begun', async () => {
    const organization = 'x'.repeat(98);
    await expect(planTenants({ ...wanted, count: 10, organization })).rejects.toThrow(
      /--organization must be text of 1 to 100 characters/,
    );
  });

  test('keeps to the concurrency, and one failure does not stop the others', async () => {
    let running = 0;
    let most = 0;
    const result = await createMany(await planTenants(wanted), {
      concurrency: 3,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      create: async ({ organization }) => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        if (organization === 'Many 4') throw new AppError('no_room', 'There is no room.');
        return { tenant: { name: organization } } as OpenedAccount;
      },
    });
    expect(most).toBe(3);
    expect(result.failed).toEqual([
      { organization: 'Many 4', code: 'no_room', message: 'There is no room.' },
    ]);
    expect(result.created.map(({ tenant }) => tenant.name)).toEqual(
      [1, 2, 3, 5, 6, 7, 8, 9].map((number) => `Many ${number}`),
    );
  });

  test('begins no further one after an interruption', async () => {
    const controller = new AbortController();
    const result = await createMany(await planTenants(wanted), {
      concurrency: 1,
      signal: controller.signal,
      onProgress: (created) => created === 2 && controller.abort(),
      create: async () => ({}) as OpenedAccount,
    });
    expect(result).toMatchObject({ skipped: 7, failed: [] });
  });
});
