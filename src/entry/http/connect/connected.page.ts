import type { Connected } from '../../../data-plane/integrations/connect/connected.js';
import { html } from '../pages/html.js';
import { layout } from '../pages/layout.js';

/** The end of a connection that went well. */
export function connectedPage({ provider, account }: Connected): string {
  return layout({
    title: `${provider} is connected`,
    body: html`
      <h1>${provider} is connected</h1>
      <p class="notice" role="status">
        The first sync begins now, newest numbers first. You can close this page.
      </p>
      <dl class="facts">
        <div>
          <dt>Account</dt>
          <dd>${account.name}</dd>
        </div>
        <div>
          <dt>Days are counted in</dt>
          <dd>${account.timeZone}</dd>
        </div>
        ${
          account.currency === null
            ? html``
            : html`<div>
                <dt>Currency</dt>
                <dd>${account.currency}</dd>
              </div>`
        }
        ${
          account.test
            ? html`<div>
                <dt>Mode</dt>
                <dd>Test data</dd>
              </div>`
            : html``
        }
      </dl>
      <p>NuMoon only reads, and keeps metrics alone. You can disconnect ${provider} at any time.</p>
      <p><a href="/">Back to NuMoon</a></p>
    `,
  });
}
