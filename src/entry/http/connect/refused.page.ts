import type { Secret } from '../../../kernel/secret.js';
import { html } from '../pages/html.js';
import { layout } from '../pages/layout.js';

export interface Refusal {
  code: string;
  title: string;
  message: string;
  /** The token of a link by which the same browser may begin anew. */
  again: Secret | null;
}

/** What a person sees of a connection that did not come about. */
export function refusedPage({ again, code, message, title }: Refusal): string {
  return layout({
    title,
    body: html`
      <h1>${title}</h1>
      <p class="notice bad" role="alert">${message}</p>
      ${again === null ? html`` : html`<p><a href="/connect/${again.reveal()}">Try again</a></p>`}
      <dl class="facts">
        <div>
          <dt>Code</dt>
          <dd><code class="chip">${code}</code></dd>
        </div>
      </dl>
      <p><a href="/">Back to NuMoon</a></p>
    `,
  });
}
