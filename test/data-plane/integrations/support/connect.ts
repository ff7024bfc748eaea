import { fileURLToPath } from 'node:url';
import type { Config } from '../../../../config/load.js';
import type { Account } from '../../../../src/connectors/kit/account.js';
import { randomWord } from '../../../../src/kernel/ids.js';
import { type SignedUp, startTestApp, type TestApp } from '../../../support/test-app.js';
import { controlUrl } from '../../../support/test-postgres.js';
import { Browser } from './browser.js';
import { LEMON_BERLIN, type LemonStand } from './lemon-stand.js';

const FIXTURES = fileURLToPath(new URL('../../../connectors/fixtures', import.meta.url));

/** A whole NuMoon with the made-up providers, which `stand` stands in for. */
export function startConnectApp(
  stand: LemonStand,
  overrides: Partial<Config> = {},
): Promise<TestApp> {
  return startTestApp({ providers: stand.settings, ...overrides }, controlUrl(), {
    connectorFolders: [FIXTURES],
  });
}

/** What is typed and clicked when a tenant connects something. */
export class Connecting {
  constructor(
    readonly app: TestApp,
    readonly stand: LemonStand,
    readonly tenant: SignedUp,
  ) {}

  async begin(body: object = { provider: 'lemonade' }): Promise<{ id: string; link: string }> {
    const answer = await this.app.call('POST', '/v1/integrations', { key: this.tenant.key, body });
    if (answer.status !== 201) throw new Error(`Beginning answered ${JSON.stringify(answer.body)}`);
    return { id: answer.body.id, link: answer.body.authorizeUrl };
  }

  async reconnect(id: string): Promise<string> {
    const path = `/v1/integrations/${id}/reconnect`;
    const answer = await this.app.call('POST', path, { key: this.tenant.key, body: {} });
    if (answer.status !== 201) throw new Error(`Reconnecting answered ${answer.status}`);
    return answer.body.authorizeUrl;
  }

  /** Opens the link in a browser, and gives the page of the provider that it was sent to. */
  async open(link: string, browser: Browser): Promise<string> {
    const answer = await browser.get(link);
    if (answer.status !== 302) throw new Error(`The link answered ${answer.status}`);
    return answer.headers.get('location') ?? '';
  }

  /** As `connect`, an account that no other tenant has. */
  connectAnother(): ReturnType<Connecting['connect']> {
    return this.connect([{ ...LEMON_BERLIN, id: `stand-${randomWord(8)}` }]);
  }

  /** The whole way. @returns the id, and the last page */
  async connect(accounts?: readonly Account[], browser = new Browser(this.app)) {
    const { id, link } = await this.begin();
    const consentPage = await this.open(link, browser);
    const back = `/oauth/callback/lemonade?${this.stand.consent(consentPage, accounts)}`;
    return { id, back, browser, page: await browser.get(back) };
  }

  async read(id: string) {
    return (await this.app.call('GET', `/v1/integrations/${id}`, { key: this.tenant.key })).body;
  }

  /** Rows of the tenant's own database, past the product. */
  async behind<Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> {
    const record = await this.app.foundation.tenants.find(this.tenant.id);
    return this.app.look<Row>(record?.placement?.database ?? '', sql, values);
  }

  /** Names of the tenant's objects in the secret store. */
  secrets(): Promise<string[]> {
    return this.app.foundation.tools.secrets.list(this.tenant.id);
  }

  /** When the catalog says that it is to be seen to, in ms; infinite while somebody does; null: never. */
  async dueAt(id: string): Promise<number | null> {
    const [row] = await this.app.look<{ due_at: Date | number }>(
      this.app.config.catalogDatabase,
      'SELECT due_at FROM sync_schedule WHERE integration_id = $1',
      [id],
    );
    return row === undefined ? null : Number(row.due_at);
  }

  /** Whether webhooks of its account would find it. */
  async isListed(id: string): Promise<boolean> {
    const rows = await this.app.look(
      this.app.config.catalogDatabase,
      'SELECT FROM provider_accounts WHERE integration_id = $1',
      [id],
    );
    return rows.length === 1;
  }

  /** The actions in the audit log, newest first, of one integration. */
  async audit(id: string): Promise<string[]> {
    const log = await this.app.call('GET', '/v1/audit-log?limit=200', { key: this.tenant.key });
    const events = log.body.items as { action: string; targetId: string }[];
    return events.filter((it) => it.targetId === id).map((it) => it.action);
  }
}
