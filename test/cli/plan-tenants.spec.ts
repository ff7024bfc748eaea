import { expect, it } from '@jest/globals';
import { planTenants } from '../../src/entry/cli/plan-tenants.js';

const plan = (ownerEmail: string, count = 1) =>
  planTenants({ count, organization: 'Acme', ownerName: 'O', ownerEmail, isolation: 'schema' });

it('an owner’s address gets its one form, each of several its own', async () => {
  const [one] = await plan('JOSE\u0301@M\u00fcnchen.example.');
  expect(one?.owner.email).toBe('jos\u00e9@xn--mnchen-3ya.example');
  const several = await plan('Ada@Example.com', 2);
  expect(several.map(({ owner }) => owner.email)).toEqual([
    'ada+1@example.com',
    'ada+2@example.com',
  ]);
});

it('one with signs that nobody sees is refused before any account is opened', async () => {
  await expect(plan('a\u200bda@example.com')).rejects.toMatchObject({
    message: expect.stringContaining('--owner-email'),
  });
});
