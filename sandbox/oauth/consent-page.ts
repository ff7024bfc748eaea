import { escapeHtml } from '../http/escape-html.js';
import type { SandboxAccount } from '../core/provider-module.js';

/** What a person sees: which app asks for what, accounts to choose, and two buttons. */
export function consentPage(ask: {
  provider: string;
  clientId: string;
  scopes: readonly string[];
  accounts: readonly SandboxAccount[];
  /** Of the request, to be sent again with the answer. */
  query: URLSearchParams;
}): string {
  const hidden = [...ask.query]
    .map(
      ([name, value]) =>
        `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
    )
    .join('\n      ');
  const accounts = ask.accounts
    .map(
      (account, index) =>
        `<label><input type="radio" name="account" value="${escapeHtml(account.key)}"${index === 0 ? ' checked' : ''}> ${escapeHtml(account.name)} <small>${escapeHtml(account.id)}${account.test ? ', test' : ''}</small></label><br>`,
    )
    .join('\n      ');
  const scopes = ask.scopes.map((scope) => `<li><code>${escapeHtml(scope)}</code></li>`).join('');
  return page(
    `Sandbox of ${ask.provider}`,
    `<p>The app <code>${escapeHtml(ask.clientId)}</code> asks to read one of your accounts. All of it is made up.</p>
    <ul>${scopes}</ul>
    <form method="get">
      ${hidden}
      ${accounts}
      <p><button name="decision" value="approve">Allow</button>
      <button name="decision" value="deny">Refuse</button></p>
    </form>`,
  );
}

/** Where nothing may be sent back to the app, since it could be anybody. */
export function refusalPage(provider: string, reason: string): string {
  return page(`Sandbox of ${provider}`, `<p>This request is refused: ${escapeHtml(reason)}</p>`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>
  <body>
    <h1>${escapeHtml(title)}</h1>
    ${body}
  </body>
</html>
`;
}
