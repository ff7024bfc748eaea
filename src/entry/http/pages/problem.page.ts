import { statusOf } from '../problem/error-status.js';
import { retryAfterOf } from '../problem/retry-after.js';
import { titleOf } from '../problem/problem.js';
import { html } from './html.js';
import { layout } from './layout.js';

const ADVICE: Readonly<Record<number, string>> = {
  400: 'The request could not be read. Correct it before sending it again.',
  401: 'No valid credential came with the request. Send an API key or sign in.',
  403: 'The credential is valid, and not enough for this.',
  404: 'It does not exist, or it belongs to somebody else; the answer is the same for both.',
  405: 'The address exists under other methods; the Allow header names them.',
  409: 'Something is in a state that does not allow this. Look at it again, then decide.',
  413: 'The body is larger than any request of this API needs to be.',
  415: 'Bodies are JSON: application/json in UTF-8, uncompressed.',
  422: 'The request could be read, and some fields are wrong. The errors list names each.',
  429: 'Too many requests. Wait for the seconds that Retry-After says.',
  500: 'A fault of ours. The requestId in the answer finds it in our logs.',
  503: 'Not possible right now. Send it again after the seconds that Retry-After says.',
};

/** What the `type` of a problem document leads to; null for a code that does not exist. */
export function problemPage(code: string): string | null {
  const status = statusOf(code);
  if (status === undefined) return null;
  const wait = retryAfterOf(code, status);
  return layout({
    title: titleOf(code),
    body: html`
      <h1>${titleOf(code)}</h1>
      <p class="lead">${ADVICE[status] ?? 'The request was refused.'}</p>
      <dl class="facts">
        <div>
          <dt>Code</dt>
          <dd><code class="chip">${code}</code></dd>
        </div>
        <div>
          <dt>HTTP status</dt>
          <dd>${status}</dd>
        </div>
        ${
          wait === undefined
            ? html``
            : html`<div>
                <dt>Usual wait</dt>
                <dd>${wait} s</dd>
              </div>`
        }
      </dl>
      <p>
        Programs should compare the code, never the words around it. See the
        <a href="/docs">API documentation</a>.
      </p>
    `,
  });
}
