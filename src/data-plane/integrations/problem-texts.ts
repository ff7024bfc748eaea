export interface ProblemTexts {
  message: string;
  /** What whoever reads it can do. */
  whatToDo: string;
}

const NOTHING = 'Nothing: it goes on by itself.';
const RECONNECT = 'Reconnect the integration.';
const REPORT = 'Tell whoever runs this installation: it is a fault of NuMoon, not of your account.';

/** Why an integration does not go on, by code, in words for its owner. */
const TEXTS: Readonly<Record<string, ProblemTexts>> = {
  grant_revoked: { message: 'Access was taken back at the provider.', whatToDo: RECONNECT },
  reconnect_needed: {
    message: 'The access to the provider could not be renewed.',
    whatToDo: RECONNECT,
  },
  token_refresh_failed: {
    message: 'The provider did not renew the access just now.',
    whatToDo: NOTHING,
  },
  provider_slow_down: { message: 'The provider asks us to wait.', whatToDo: NOTHING },
  provider_unavailable: {
    message: 'The provider has a fault or cannot be reached.',
    whatToDo: NOTHING,
  },
  provider_token_refused: {
    message: 'The provider does not accept the access it gave.',
    whatToDo: RECONNECT,
  },
  provider_revoked: { message: 'Access was taken back at the provider.', whatToDo: RECONNECT },
  provider_forbidden: {
    message: 'The provider does not let this connection read all it needs.',
    whatToDo:
      'Reconnect with a login that may read all of the account, and leave all permissions ticked.',
  },
  provider_paused: {
    message: 'The account is paused or locked at the provider.',
    whatToDo: 'Look at the account there. The sync goes on when it is open again.',
  },
  provider_refused: { message: 'The provider refused a request of ours.', whatToDo: REPORT },
  provider_page_broken: {
    message: 'A part of what the provider sent was not understood and was left out.',
    whatToDo: REPORT,
  },
  mapping_invalid: { message: 'The connector broke its own contract.', whatToDo: REPORT },
  provider_not_configured: {
    message: 'This installation has no app at the provider any more.',
    whatToDo: 'Tell whoever runs this installation.',
  },
  connection_params_unfit: {
    message: 'What the connection was begun with does not fit any more.',
    whatToDo: 'Disconnect it and connect it anew.',
  },
};

const OTHERWISE: ProblemTexts = {
  message: 'The last sync did not end well.',
  whatToDo: 'Nothing for now: it is tried again. If it stays, tell whoever runs this installation.',
};

export function problemTexts(code: string): ProblemTexts {
  return Object.hasOwn(TEXTS, code) ? (TEXTS[code] ?? OTHERWISE) : OTHERWISE;
}
