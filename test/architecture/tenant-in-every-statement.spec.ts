import { describe, expect, it } from '@jest/globals';
import { sources, withoutComments } from './sources.js';
import { sqlStatements } from './sql-statements.js';
import { keyFaults, tenantFaults } from './tenant-faults.js';

/**
 * Files whose statements on tenants' rows name the tenant themselves, because what they act for is no
 * tenant's scope. None of them takes the id from a row that a tenant could have written.
 */
const NAME_IT_THEMSELVES: Readonly<Record<string, string>> = {
  'src/control-plane/catalog/sign-in-directory.ts':
    'finds the tenant of an address before there is a scope; what changes is for the tenant that its caller is in',
  'src/control-plane/catalog/slug-directory.ts':
    'takes the slug of a tenant that is only being made; what changes is for the tenant that its caller is in',
  'src/control-plane/catalog/tenants.repository.ts':
    'is asked for a tenant by the resolver, and moves one for the control plane',
};

/** Statements over all tenants, by the beginning of what they are for. */
const OVER_ALL: Readonly<Record<string, readonly string[]>> = {
  'src/control-plane/catalog/sync-schedule.ts': ['WITH busy'],
  'src/control-plane/catalog/address-proofs.ts': ['DELETE FROM address_proofs'],
  'src/control-plane/catalog/provider-account-directory.ts': ['SELECT p.tenant_id', 'WITH due'],
};

/** Ports of the data plane that are told the tenant, and why no row can say which. */
const TOLD: Readonly<Record<string, string>> = {
  'src/data-plane/access/access-news.ts': 'AccessChanges gives the tenant of its scope',
  'src/data-plane/access/sign-in-directory.ts': 'all callers give the tenant of their scope',
  'src/data-plane/organization/slug-directory.ts':
    'ChangeOrganization gives the tenant of its scope',
  'src/data-plane/tokens/grant-news.ts': 'TokenBroker gives the tenant of its scope',
};

const OWNERS = ownerColumns();
const CATALOG = sources(['src/control-plane/catalog'], ['.ts']).flatMap(sqlStatements);

describe('statements on tenants’ rows in the catalog', () => {
  it('are there to be read', () => {
    expect([...OWNERS.keys()]).toEqual(
      expect.arrayContaining([
        'tenants',
        'sync_schedule',
        'provider_accounts',
        'slugs',
        'closures',
      ]),
    );
    const given = CATALOG.flatMap(({ givenTo }) => givenTo);
    expect(given.filter((method) => method === 'ofTenant').length).toBeGreaterThanOrEqual(9);
    expect(given.filter((method) => method === 'ofAll')).toHaveLength(4);
  });

  it('carry the tenant in context wherever they name a table of tenants’ rows', () => {
    const faults = CATALOG.filter(({ givenTo }) => givenTo.includes('ofTenant')).flatMap(
      ({ path, sql }) => tenantFaults(sql, OWNERS).map((fault) => ({ path, fault, sql })),
    );
    expect(faults).toEqual([]);
  });

  it('over all tenants are the ones that are listed, and match rows by tenant and id', () => {
    const overAll = CATALOG.filter(({ givenTo }) => givenTo.includes('ofAll'));
    const unlisted = overAll.filter(
      ({ path, sql }) => !(OVER_ALL[path] ?? []).some((beginning) => sql.startsWith(beginning)),
    );
    expect(unlisted).toEqual([]);
    expect(overAll.flatMap(({ sql }) => keyFaults(sql))).toEqual([]);
  });

  it('reach the catalog by no other way, but in files that say why', () => {
    const bypassing = CATALOG.filter(
      ({ givenTo }) => !givenTo.every((method) => method === 'ofTenant' || method === 'ofAll'),
    ).filter(({ sql }) => tablesIn(sql).length > 0);
    const unexplained = bypassing.filter(({ path }) => !Object.hasOwn(NAME_IT_THEMSELVES, path));
    expect(unexplained).toEqual([]);
    expect(bypassing.flatMap(({ sql }) => keyFaults(sql))).toEqual([]);
  });

  it('of the rest of the program match no id without its tenant', () => {
    const rest = sources(['src'], ['.ts']).filter(({ path }) => !path.includes('/catalog/'));
    const faults = rest
      .filter(({ path }) => !path.startsWith('src/data-plane/'))
      .flatMap(sqlStatements)
      .filter(({ sql }) => tablesIn(sql).length > 0)
      .flatMap(({ path, sql }) => keyFaults(sql).map((fault) => ({ path, fault })));
    expect(faults).toEqual([]);
  });
});

describe('the data plane', () => {
  it('spells out no statement on a table of the catalog', () => {
    const named = sources(['src/data-plane'], ['.ts'])
      .flatMap(sqlStatements)
      .filter(({ sql }) => tablesIn(sql).some((table) => table !== 'sealed_responses'));
    expect(named).toEqual([]);
  });

  it('tells no port whose rows are meant, but those that are listed', () => {
    const told = sources(['src/data-plane'], ['.ts'])
      .filter(({ text }) => /abstract \w+\([^)]*tenantId/.test(withoutComments(text)))
      .map(({ path }) => path);
    expect(told.toSorted()).toEqual(Object.keys(TOLD).toSorted());
  });
});

const faultsIn = (code: string) =>
  sqlStatements({ path: 'planted.ts', text: code }).flatMap(({ sql }) => tenantFaults(sql, OWNERS));

describe('the reading of statements', () => {
  it.each([
    ["c.ofTenant('DELETE FROM sync_schedule WHERE integration_id = $1')"],
    ["c.ofTenant('DELETE FROM sync_schedule WHERE tenant_id = $2 AND integration_id = $1')"],
    ["c.ofTenant('UPDATE sync_schedule SET tenant_id = $1 WHERE integration_id = $2')"],
    ['c.ofTenant(`SELECT FROM provider_accounts p WHERE p.integration_id = $2`)'],
    [
      'const A = `INSERT INTO sync_schedule (integration_id, tenant_id) VALUES ($2, $1)`; c.ofTenant(A)',
    ],
    [
      'c.ofTenant(`INSERT INTO sync_schedule (tenant_id, integration_id) VALUES ($1, $2) ON CONFLICT (integration_id) DO NOTHING`)',
    ],
    [
      'c.ofTenant(`WITH a AS (DELETE FROM slugs WHERE tenant_id = $1) DELETE FROM sign_ins WHERE email_hash = $2`)',
    ],
    [
      'c.ofAll(`UPDATE sync_schedule s SET cause = $1 FROM due d WHERE s.integration_id = d.integration_id`)',
    ],
    ['c.ofTenant(`SELECT FROM tenants t WHERE t.status = $1`)'],
    ['c.ofTenant(`SELECT FROM slugs WHERE tenant_id = $1 OR slug_hash = $2`)'],
  ])('finds what is wrong in %s', (code) => {
    expect(faultsIn(code).length).toBeGreaterThan(0);
  });

  it.each([
    ["c.ofTenant('DELETE FROM sync_schedule WHERE tenant_id = $1 AND integration_id = $2')"],
    ['c.ofTenant(`SELECT FROM provider_accounts p WHERE p.tenant_id = $1`)'],
    [
      'c.ofTenant(`INSERT INTO slugs (tenant_id, slug_hash) SELECT id, $2 FROM tenants WHERE id = $1 ON CONFLICT (tenant_id, slug_hash) DO NOTHING`)',
    ],
    ["c.ofTenant('SELECT FROM webhook_events WHERE event_hash = $2')"],
  ])('lets pass %s', (code) => {
    expect(faultsIn(code)).toEqual([]);
  });

  it('follows constants that are put into others', () => {
    const code =
      "const W = 'WHERE integration_id = $2'; c.ofTenant(`DELETE FROM sync_schedule ${W}`)";
    expect(sqlStatements({ path: 'planted.ts', text: code })).toEqual([
      {
        path: 'planted.ts',
        sql: 'DELETE FROM sync_schedule WHERE integration_id = $2',
        givenTo: ['ofTenant'],
      },
    ]);
  });
});

function tablesIn(sql: string): string[] {
  return [...OWNERS.keys()].filter((table) =>
    new RegExp(`\\b(?:FROM|JOIN|UPDATE|INTO) ${table}\\b`).test(sql),
  );
}

/** As the migrations make them. */
function ownerColumns(): Map<string, string> {
  const owners = new Map([['tenants', 'id']]);
  for (const { text } of sources(['migrations'], ['.ts'])) {
    for (const [, table, columns] of text.matchAll(/CREATE TABLE (\w+) \(\n([\s\S]*?)\n\)/g)) {
      if (/^\s*tenant_id\b/m.test(String(columns))) owners.set(String(table), 'tenant_id');
    }
    for (const [, table] of text.matchAll(/ALTER TABLE (\w+)\s+ADD COLUMN tenant_id\b/g)) {
      owners.set(String(table), 'tenant_id');
    }
  }
  return owners;
}
