/**
 * The script of /join, /reset-password and /verify-email, served as /assets/secret-form.js. It takes the token out of
 * the address at once, so that it stays neither in the history nor on a shared screen.
 */
export const SECRET_FORM_SCRIPT = `'use strict';

const form = document.querySelector('form');
const outcome = document.querySelector('#outcome');
const button = form.querySelector('button');
let token = null;

function say(text, good) {
  outcome.textContent = text;
  outcome.classList.toggle('bad', !good);
  outcome.hidden = false;
  outcome.focus();
}

function takeToken() {
  const found = new URLSearchParams(location.hash.slice(1)).get('token');
  if (found) {
    token = found;
    history.replaceState(null, '', location.pathname);
  }
  form.hidden = token === null;
  if (token === null) say('This link is not complete. Open it again from the message, or ask for a new one.', false);
  else outcome.hidden = true;
}

// Rules are told as the end of a sentence ("must be ..."), refusals as whole ones.
function sentence(message) {
  return /^[a-z]/.test(message) ? 'This ' + message + '.' : message;
}

function showFaults(errors) {
  let first = null;
  for (const input of form.querySelectorAll('input[name]')) {
    const fault = errors.find((error) => error.path === input.name);
    form.querySelector('#' + input.name + '-fault').textContent = fault ? sentence(fault.message) : '';
    input.toggleAttribute('aria-invalid', Boolean(fault));
    if (fault && !first) first = input;
  }
  if (first) first.focus();
  return first !== null;
}

function emptyFields() {
  return [...form.querySelectorAll('input[name]')]
    .filter((input) => input.value.trim() === '')
    .map((input) => ({ path: input.name, message: 'must not be empty' }));
}

// What stays behind is said where it can still be ended.
function doneText(answer) {
  const name = answer.organization ? answer.organization.name : '';
  const keys = (answer.apiKeys || []).map((key) => key.name + ' (…' + key.hint + ', ' + key.role + ')');
  const stay = keys.length === 0 ? '' : ' These API keys still work: ' + keys.join(', ') + '. End those that are not yours.';
  return form.dataset.done.replace('{organization}', () => name) + stay;
}

async function send() {
  const fields = Object.fromEntries(new FormData(form));
  for (const box of form.querySelectorAll('input[type=checkbox][name]')) fields[box.name] = box.checked;
  const answer = await fetch(form.dataset.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ ...fields, token }),
    redirect: 'error',
    referrerPolicy: 'no-referrer',
  });
  if (answer.ok) {
    const said = await answer.json().catch(() => ({}));
    token = null;
    form.reset();
    form.hidden = true;
    say(doneText(said), true);
    return;
  }
  const problem = await answer.json().catch(() => ({}));
  if (!showFaults(problem.errors || [])) say(problem.detail || 'That did not work. Try again.', false);
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  outcome.hidden = true;
  if (showFaults(emptyFields())) return;
  button.disabled = true;
  try {
    await send();
  } catch {
    say('We could not reach the server. Try again in a moment.', false);
  } finally {
    button.disabled = false;
  }
});

const reveal = document.querySelector('#reveal');
if (reveal) {
  reveal.addEventListener('change', () => {
    form.querySelector('#password').type = reveal.checked ? 'text' : 'password';
  });
}

addEventListener('hashchange', takeToken);
takeToken();
`;
