import type { Choice } from '../../../data-plane/integrations/connect/complete-callback.js';
import type { Account } from '../../../connectors/kit/account.js';
import { html, type Html } from '../pages/html.js';
import { layout } from '../pages/layout.js';

/** One login, several accounts: which one is meant. A plain form, sent by the browser itself. */
export function chooseAccountPage({ provider, accounts, token }: Choice): string {
  return layout({
    title: 'Choose an account',
    body: html`
      <h1>Which account?</h1>
      <p class="lead">
        Your login at ${provider} reads ${accounts.length} accounts. Choose the one to connect. To
        connect another one as well, begin once more afterwards.
      </p>
      <form method="post" action="/connect/${token.reveal()}/account">
        <fieldset class="choices">
          <legend>Accounts of ${provider}</legend>
          ${accounts.map(choice)}
        </fieldset>
        <button type="submit">Connect this account</button>
      </form>
    `,
  });
}

function choice({ name, timeZone, currency, test }: Account, at: number): Html {
  const beside = [timeZone, currency, test ? 'test data' : null].filter((it) => it !== null);
  return html`<label class="choice">
    <input type="radio" name="account" value="${at}" required />
    <span><strong>${name}</strong> <small>${beside.join(', ')}</small></span>
  </label>`;
}
