import { html, type Html } from './html.js';
import { layout } from './layout.js';

/**
 * The page behind an invitation link. Its token stands in the fragment of the URL, which browsers keep
 * to themselves: no server, proxy or log sees it.
 */
export function joinPage(): string {
  return secretFormPage({
    title: 'Join',
    heading: 'Join your organisation',
    intro: 'Somebody invited you. Tell us your name and choose a password.',
    endpoint: '/v1/invitations/accept',
    fields: [NAME, PASSWORD, REVEAL],
    button: 'Join',
    done: 'You are in. You can sign in with your e-mail address and this password now.',
  });
}

/** The page behind a password reset link; see `joinPage` for its token. */
export function resetPasswordPage(): string {
  return secretFormPage({
    title: 'Reset password',
    heading: 'Choose a new password',
    intro:
      'All devices that are signed in now will have to sign in again. The message with the link says which organisation it is about: go on only if you know it.',
    endpoint: '/v1/password-resets/complete',
    fields: [PASSWORD, REVEAL, REVOKE_KEYS],
    button: 'Set password',
    done: 'Your password for {organization} is changed. You can sign in with it now.',
  });
}

/**
 * The page behind a link that proves an address. Opening it proves nothing, since programs that look through
 * mail open every link; the button does.
 */
export function verifyEmailPage(): string {
  return secretFormPage({
    title: 'Confirm your address',
    heading: 'Confirm your e-mail address',
    intro:
      'The message with the link says which organisation it is about. Confirm only if it is yours: whoever opened it keeps what they have there.',
    endpoint: '/v1/email-verifications/complete',
    fields: [],
    button: 'This is my address',
    done: 'Your address is confirmed for {organization}.',
  });
}

interface SecretForm {
  title: string;
  heading: string;
  intro: string;
  endpoint: string;
  fields: Html[];
  button: string;
  /** `{organization}` becomes the name in the answer. */
  done: string;
}

function secretFormPage(page: SecretForm): string {
  return layout({
    title: page.title,
    script: '/assets/secret-form.js',
    body: html`
      <h1>${page.heading}</h1>
      <p class="lead">${page.intro}</p>
      <noscript
        ><p class="notice bad">
          This page needs JavaScript, to keep the link's secret out of our logs.
        </p></noscript
      >
      <p class="notice" id="outcome" role="status" tabindex="-1" hidden></p>
      <form data-endpoint="${page.endpoint}" data-done="${page.done}" novalidate hidden>
        ${page.fields}
        <button type="submit">${page.button}</button>
      </form>
    `,
  });
}

const NAME: Html = html`<label for="name">Your name</label>
  <input
    id="name"
    name="name"
    autocomplete="name"
    maxlength="100"
    required
    aria-describedby="name-fault"
  />
  <p class="fault" id="name-fault"></p>`;

const PASSWORD: Html = html`<label for="password">Password</label>
  <input
    id="password"
    name="password"
    type="password"
    autocomplete="new-password"
    maxlength="256"
    required
    aria-describedby="password-hint password-fault"
  />
  <p class="hint" id="password-hint">At least 10 characters. A few unrelated words are best.</p>
  <p class="fault" id="password-fault"></p>`;

const REVEAL: Html = html`<label class="check"
  ><input type="checkbox" id="reveal" />Show the password</label
>`;

const REVOKE_KEYS: Html = html`<label class="check"
    ><input type="checkbox" id="revokeKeys" name="revokeKeys" value="on" />Also end all API keys
    (programs that use one will stop)</label
  >
  <p class="fault" id="revokeKeys-fault"></p>`;
