import { html, type Html } from './html.js';
import { layout } from './layout.js';

export interface FrontPage {
  version: string;
  profile: string;
  role: string;
  /** Our address as this visitor reaches it. */
  baseUrl: string;
}

/** What runs here and where to go. */
export function frontPage(about: FrontPage): string {
  return layout({
    title: 'What runs here',
    body: html`
      <h1>NuMoon is running</h1>
      <p class="lead">
        It connects the tools a business uses, keeps only the metrics, in a database that belongs to
        that business alone, and forgets everything on request, with proof.
      </p>
      <dl class="facts">
        ${fact('Version', about.version)} ${fact('Database', profileText(about.profile))}
        ${fact('This process', roleText(about.role))}
      </dl>
      <nav class="cards" aria-label="Where to go">
        ${card('/docs', 'API documentation', 'Every route, tried from the browser')}
        ${card('/openapi.json', 'OpenAPI document', 'For code generators and tests')}
        ${card('/readyz', 'Readiness', 'Whether it can serve right now')}
        ${card('/healthz', 'Health', 'Whether the process is alive')}
      </nav>
      <h2>A quick tour</h2>
      ${tour(about.baseUrl)}
      <h2>For administrators</h2>
      ${shell(`npx numoon tenants list     # who has a database here
npx numoon doctor           # anything half-done or left over`)}
    `,
  });
}

function tour(baseUrl: string): Html {
  return html`<ol class="tour">
    <li>
      <p>Sign up. The answer holds the tenant, ready to use, and its first API key.</p>
      ${shell(`curl -s ${baseUrl}/v1/signup \\
  -H 'content-type: application/json' -d '{
  "organization": "Bluebird Coffee",
  "owner": {
    "name": "Ada Lovelace",
    "email": "ada@example.com",
    "password": "correct horse battery staple"
  }
}'`)}
    </li>
    <li>
      <p>Use the key. The request reaches that tenant's database and no other.</p>
      ${shell(`curl -s ${baseUrl}/v1/tenant -H 'authorization: Bearer nm_...'`)}
    </li>
    <li>
      <p>Leave. At the end of the grace the database is dropped, and a search proves it is gone.</p>
      ${shell(`curl -s ${baseUrl}/v1/account/closure \\
  -H 'authorization: Bearer nm_...' \\
  -H 'content-type: application/json' -d '{
  "confirm": "bluebird-coffee",
  "password": "correct horse battery staple",
  "graceDays": 0
}'`)}
    </li>
  </ol>`;
}

function fact(name: string, value: string): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

function card(href: string, title: string, text: string): Html {
  return html`<a href="${href}"><strong>${title}</strong><span>${text}</span></a>`;
}

function shell(command: string): Html {
  return html`<pre tabindex="0"><code>${command}</code></pre>`;
}

function profileText(profile: string): string {
  return profile === 'embedded' ? 'embedded PostgreSQL' : 'your own PostgreSQL server';
}

function roleText(role: string): string {
  if (role === 'api') return 'the HTTP side';
  return role === 'worker' ? 'background work' : 'HTTP side and background work';
}
