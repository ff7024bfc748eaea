import { timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { checkConnector } from '../../src/connectors/kit/contract/check-connector.js';
import { readConnectorFolder } from '../../src/connectors/kit/contract/read-folder.js';
import type { Connector } from '../../src/connectors/kit/connector.js';
import type { KeyFacts, OAuthFacts, ProviderFacts } from '../../src/connectors/kit/facts.js';
import type { MetricDefinition } from '../../src/connectors/kit/metric.js';
import { findConnectors } from '../../src/connectors/registry.js';

const FOLDER = join(import.meta.dirname, '../../src/connectors');
const connectors = await findConnectors();

const MADE_UP = join(import.meta.dirname, 'made-up');
const madeUp = await findConnectors(MADE_UP);

describe('the folder of connectors', () => {
  test('is all there is to know which providers there are', () => {
    expect([...connectors.keys()].sort()).toEqual(expect.arrayContaining(['hubspot', 'stripe']));
    expect(connectors.has('kit')).toBe(false);
  });
});

describe.each([...connectors])('the connector %s', (id, connector) => {
  test('keeps the contract', async () => {
    const folder = await readConnectorFolder(join(FOLDER, id));
    expect(checkConnector(id, connector, folder)).toEqual([]);
  });
});

describe('the made-up provider', () => {
  test('keeps the contract too, so that the contract asks for nothing that only these have', async () => {
    const folder = await readConnectorFolder(join(MADE_UP, 'harbor'));
    expect(checkConnector('harbor', madeUp.get('harbor') as Connector, folder)).toEqual([]);
  });
});

describe('the contract', () => {
  const [id = '', good] = [...connectors][0] as [string, Connector];
  let folder: Awaited<ReturnType<typeof readConnectorFolder>>;
  beforeAll(async () => {
    folder = await readConnectorFolder(join(FOLDER, id));
  });

  const faultsOf = (change: Partial<Connector>, files = folder.files) =>
    checkConnector(id, { ...good, ...change }, { files }).join('\n');

  const leaking: Connector['revoke'] = ({ accessToken }) => [
    {
      method: 'POST',
      url: `https://${good.facts.hosts[0]}/revoke?token=${accessToken.reveal()}`,
      headers: {},
      body: null,
      isDone: () => true,
    },
  ];

  test('finds a scope that writes among those for reading', () => {
    const scopes = { ...good.facts.scopes, read: ['charge_write'] };
    expect(faultsOf({ facts: { ...good.facts, scopes } })).toContain('charge_write');
  });

  test('finds implied scopes that nobody asks for, and patterns that lead nowhere', () => {
    const { scopes } = good.facts;
    const [read = ''] = scopes.read;
    const implied = (scope: string, gives: string) =>
      faultsOf({ facts: { ...good.facts, scopes: { ...scopes, implies: [{ scope, gives }] } } });
    expect(implied('tidy_{x}', 'sweep_{x}')).toMatch(/gives "sweep_\{x\}", which is no scope/);
    expect(implied('tidy', '{x}')).toMatch(/write \{x\} in both, or in neither/);
    expect(implied('{x}_{x}', '{x}{x}')).toMatch(/write \{x\} in both, or in neither/);
    expect(implied('tidy', read)).toBe('');
    expect(implied('tidy_{x}', '{x}')).toBe('');
  });

  test('finds an address on a host that is not listed', () => {
    const api = { ...good.facts.api, baseUrl: 'https://elsewhere.example' };
    expect(faultsOf({ facts: { ...good.facts, api } })).toContain('elsewhere.example');
  });

  test('finds a metric that comes from no stream, or from two', () => {
    const [first, ...others] = good.streams;
    expect(faultsOf({ streams: others })).toMatch(/must come from one stream, not 0/);
    expect(faultsOf({ streams: [first, { ...first, name: 'twice' }, ...others] as never })).toMatch(
      /must come from one stream, not 2/,
    );
  });

  test('finds a rate made of a part that is not there', () => {
    const metrics = good.metrics.filter(({ aggregation }) => aggregation.kind === 'ratio');
    expect(faultsOf({ metrics, streams: [] })).toContain('which is not declared');
  });

  test('finds code that speaks of what is never read', () => {
    const field = good.facts.forbiddenFields[0] ?? '';
    const files = new Map([...folder.files, ['streams/more.ts', `const x = row.${field};`]]);
    expect(faultsOf({}, files)).toContain(`speaks of "${field}"`);
    const comment = new Map([...folder.files, ['streams/more.ts', `// never ${field}`]]);
    expect(faultsOf({}, comment)).toBe('');
  });

  test('finds a README that is missing, or lacks a chapter', () => {
    expect(faultsOf({}, new Map())).toContain('no README.md');
    expect(faultsOf({}, new Map([['README.md', '# x']]))).toContain('## Unverified');
  });

  test('finds webhooks that take an unsigned delivery', () => {
    const webhooks = { verify: () => 'genuine' as const, events: () => [] };
    expect(faultsOf({ webhooks })).toContain('without signature forged');
  });

  test('finds a revocation with a token in its address', () => {
    expect(faultsOf({ revoke: leaking })).toContain('a token into a URL');
  });

  test('names what is still to do, with its line', () => {
    const files = new Map([...folder.files, ['streams/more.ts', 'x;\n  // TODO: the page after.']]);
    expect(faultsOf({}, files)).toBe(
      'streams/more.ts, line 2, is still to do: TODO: the page after.',
    );
  });
});

const KEY: KeyFacts = {
  kind: 'key',
  fields: [{ name: 'key', title: 'Key', secret: true, pattern: '^[a-z0-9]{20}$' }],
  token: 'value',
};

describe('the contract, of the made-up provider', () => {
  const harbor = madeUp.get('harbor') as Connector;
  let files: ReadonlyMap<string, string>;
  beforeAll(async () => {
    ({ files } = await readConnectorFolder(join(MADE_UP, 'harbor')));
  });

  const faultsOf = (change: Partial<Connector>) =>
    checkConnector('harbor', { ...harbor, ...change }, { files }).join('\n');
  const metric = (key: string, change: Partial<MetricDefinition>) => ({
    metrics: harbor.metrics.map((it) => (it.key === key ? { ...it, ...change } : it)),
  });
  const stream = (name: string, change: object) => ({
    streams: harbor.streams.map((it) => (it.name === name ? { ...it, ...change } : it)),
  });
  const facts = (change: Partial<ProviderFacts>) => ({ facts: { ...harbor.facts, ...change } });
  const auth = (change: Partial<OAuthFacts>) =>
    facts({ auth: { ...(harbor.facts.auth as OAuthFacts), ...change } });

  test.each<[string, Partial<Connector>, string]>([
    [
      'a breakdown by what is no dimension',
      metric('deliveries.count', { breakdowns: [['carrier'], ['country', 'service', 'size']] }),
      'deliveries.count has a breakdown by "size": add it to its dimensions',
    ],
    [
      'a dimension that is in no breakdown',
      metric('deliveries.count', { breakdowns: [['carrier'], ['country']] }),
      'deliveries.count has no breakdown by its dimension "service"',
    ],
    [
      'one breakdown twice',
      metric('deliveries.count', {
        breakdowns: [['carrier'], ['country', 'service'], ['service', 'country']],
      }),
      'has one breakdown twice',
    ],
    [
      'a ratio whose part is not cut as it is',
      metric('deliveries.late', { breakdowns: [['carrier', 'country', 'service']] }),
      'deliveries.late_share has the breakdown carrier, which deliveries.late lacks',
    ],
    [
      'a breakdown of what adds up over nothing',
      metric('deliveries.late', { aggregation: { kind: 'unique', per: 'day' } }),
      'adds up in no breakdown',
    ],
    [
      'a sum that is known for today alone',
      metric('parcels.waiting', { aggregation: { kind: 'sum' } }),
      'knows parcels.waiting for today alone, so it is a state',
    ],
    [
      'months that are read in parts',
      {
        ...metric('parcels.handed', { aggregation: { kind: 'unique', per: 'month' } }),
        ...stream('parcels', { sliceDays: 7 }),
      },
      'gives parcels.handed per month in parts of months',
    ],
    [
      'a permission that is asked for nowhere',
      facts({
        auth: Object.fromEntries(
          Object.entries(harbor.facts.auth).filter(([name]) => name !== 'optionalScopeParam'),
        ) as unknown as OAuthFacts,
      }),
      'facts.scopes.optionalRead is asked for nowhere',
    ],
    ['a state of its own', auth({ authorizeParams: { state: 'x' } }), 'which is ours to say'],
    ['seconds for milliseconds', auth({ accessTokenMs: 900 }), 'in milliseconds'],
    [
      'access among the headers',
      facts({ api: { ...harbor.facts.api, headers: { authorization: 'x' } } }),
      'access is put into tokenHeader by the kit',
    ],
    [
      'a param that leads a URL elsewhere',
      facts({
        hosts: [...harbor.facts.hosts, '*.harbor.example'],
        api: { ...harbor.facts.api, baseUrl: 'https://{port}.harbor.example' },
        params: [{ name: 'port', title: 'Port', example: 'lyttelton', pattern: '^.+$' }],
      }),
      'it stands in a URL',
    ],
    [
      'a name made of nothing',
      { knownAs: (_account, { fleet }) => [`fleet ${fleet}`] },
      'knownAs makes "fleet undefined"',
    ],
    ['one name for all', { knownAs: () => ['fleet'] }, 'knownAs gives two accounts one name'],
    [
      'names that throw',
      { knownAs: ({ details }) => [(details['number'] as string).trim()] },
      'knownAs throws where something is missing',
    ],
    [
      'a verdict that throws over what is no JSON',
      { judge: ({ body }) => ((body as { fault: string }).fault === 'x' ? { kind: 'ok' } : null) },
      'judge throws over an answer 200 with the body nothing',
    ],
    [
      'a failure that is taken for a success',
      { judge: () => ({ kind: 'ok' }) },
      'judge takes an answer 401',
    ],
    [
      'a fault of the provider that is taken for a revocation',
      { judge: ({ status }) => (status >= 500 ? { kind: 'revoked' } : null) },
      'for a revocation',
    ],
    [
      'a limit that is no number',
      { budget: ({ headers }) => ({ remaining: Number(headers['left']) }) },
      'budget tells no numbers',
    ],
    [
      'a signature whose length is not looked at',
      {
        webhooks: {
          verify: ({ headers }) =>
            timingSafeEqual(Buffer.from(headers['sign'] ?? ''), Buffer.alloc(0))
              ? 'forged'
              : 'forged',
          events: () => [],
        },
      },
      'Check its length before timingSafeEqual',
    ],
    [
      'an old delivery that is taken for a day',
      facts({ webhooks: { toleranceMs: 86_400_000, signedWith: 'webhook-secret' } }),
      'at most an hour',
    ],
    [
      'access that is taken for ended when nobody answered',
      {
        revoke: (input) => harbor.revoke(input).map((call) => ({ ...call, isDone: () => true })),
      },
      'takes an answer 429 for the end of access',
    ],
    [
      'a revocation of which nobody knows whose access it ends',
      facts({ revocationEnds: undefined as never }),
      'facts.revocationEnds must be one of token, account, login, nothing',
    ],
    [
      'a revocation that is said to end nothing',
      facts({ revocationEnds: 'nothing' }),
      '"nothing" where revoke names no call, and only there',
    ],
    [
      'a key that cannot be revoked and is said to be',
      { ...facts({ auth: KEY, revocationEnds: 'token' }), revoke: () => [] },
      '"nothing" where revoke names no call, and only there',
    ],
    [
      'a login that ends and has no name',
      { ...facts({ revocationEnds: 'login' }), knownAs: undefined as never },
      'let knownAs name whose login it is',
    ],
  ])('finds %s', (_what, change, sentence) => {
    expect(faultsOf(change)).toContain(sentence);
  });
});
