import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { checkConnector } from '../../src/connectors/kit/contract/check-connector.js';
import { readConnectorFolder } from '../../src/connectors/kit/contract/read-folder.js';
import type { Connector } from '../../src/connectors/kit/connector.js';
import { findConnectors } from '../../src/connectors/registry.js';

const FOLDER = join(import.meta.dirname, '../../src/connectors');
const connectors = await findConnectors();

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

describe('the contract', () => {
  const [id = '', good] = [...connectors][0] as [string, Connector];
  let folder: Awaited<ReturnType<typeof readConnectorFolder>>;
  beforeAll(async () => {
    folder = await readConnectorFolder(join(FOLDER, id));
  });

  const faultsOf = (change: Partial<Connector>, files = folder.files) =>
    checkConnector(id, { ...good, ...change }, { files }).join('\n');

  test('finds a scope that writes among those for reading', () => {
    const scopes = { ...good.facts.scopes, read: ['charge_write'] };
    expect(faultsOf({ facts: { ...good.facts, scopes } })).toContain('charge_write');
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
    const revoke: Connector['revoke'] = ({ accessToken }) => [
      {
        method: 'POST',
        url: `https://${good.facts.hosts[0]}/revoke?token=${accessToken.reveal()}`,
        headers: {},
        body: null,
        isDone: () => true,
      },
    ];
    expect(faultsOf({ revoke })).toContain('a token into a URL');
  });
});
