import type { CallbackFault } from '../../../connectors/kit/callback.js';

export type ConnectFault =
  | CallbackFault
  | 'connect_link_invalid'
  | 'connect_link_used'
  | 'connect_link_expired'
  | 'connect_other_browser'
  | 'connect_ended'
  | 'connect_state_unknown'
  | 'connect_replayed'
  | 'connect_expired'
  | 'connect_mix_up'
  | 'connect_denied'
  | 'connect_provider_refused'
  | 'connect_answer_invalid'
  | 'connect_exchange_refused'
  | 'connect_provider_away'
  | 'connect_provider_broken'
  | 'connect_not_permitted'
  | 'connect_no_account'
  | 'connect_wrong_account'
  | 'connect_account_taken'
  | 'connect_choice_invalid'
  | 'connect_failed';

interface FaultTexts {
  title: string;
  /** @param provider its name, or `the provider` where it is not known */
  message(provider: string): string;
}

const ANEW = 'Ask for a new link and begin again.';

/** What people are told, by code. Nothing that the provider or the browser said is repeated. */
export const CONNECT_FAULTS: Readonly<Record<ConnectFault, FaultTexts>> = {
  connect_link_invalid: {
    title: 'This link is not valid',
    message: () => `It is not complete, or it was replaced by another one. ${ANEW}`,
  },
  connect_link_used: {
    title: 'This link was used already',
    message: () => `A link connects one time. If the connection is not there, ask for a new one.`,
  },
  connect_link_expired: {
    title: 'This link has expired',
    message: () => `Links are good for ten minutes. ${ANEW}`,
  },
  connect_other_browser: {
    title: 'This belongs to another browser',
    message: () =>
      'A connection is finished in the browser it was begun in, with cookies allowed. Go back to that browser, or ask for a new link and open it in this one.',
  },
  connect_ended: {
    title: 'This integration was disconnected',
    message: () => 'Somebody ended it in the meantime. Connect the provider anew.',
  },
  connect_state_unknown: {
    title: 'Nobody is waiting for this answer',
    message: () => `It belongs to no connection that is under way here. ${ANEW}`,
  },
  connect_replayed: {
    title: 'This answer was used already',
    message: (provider) =>
      `An answer of ${provider} counts once. Look at your integrations: if the connection is not there, ask for a new link.`,
  },
  connect_expired: {
    title: 'It took too long',
    message: () => `A connection has to be finished within ten minutes. ${ANEW}`,
  },
  connect_mix_up: {
    title: 'The answer came from another provider',
    message: (provider) =>
      `This connection was begun with ${provider}, and the answer came to the address of another one. Nothing was connected. ${ANEW}`,
  },
  connect_denied: {
    title: 'Access was not given',
    message: (provider) =>
      `You, or a policy of your organisation, said no at ${provider}. Nothing was connected.`,
  },
  connect_provider_refused: {
    title: 'The provider did not go on',
    message: (provider) =>
      `${provider} ended the connection before asking for consent. Your account there may lack the right to connect apps.`,
  },
  connect_answer_invalid: {
    title: 'The answer is not complete',
    message: (provider) => `The browser came back from ${provider} without what is needed. ${ANEW}`,
  },
  connect_callback_forged: {
    title: 'The answer is not genuine',
    message: (provider) => `${provider} did not sign it. Nothing was connected. ${ANEW}`,
  },
  connect_callback_stale: {
    title: 'The answer is too old',
    message: (provider) => `${provider} signed it too long ago. ${ANEW}`,
  },
  connect_callback_foreign: {
    title: 'The answer is about another account',
    message: (provider) =>
      `${provider} answered for another account than the one you began with. Nothing was connected.`,
  },
  connect_exchange_refused: {
    title: 'The provider took its word back',
    message: (provider) =>
      `${provider} did not accept its own answer: it may have been used before, or be too old. ${ANEW}`,
  },
  connect_provider_away: {
    title: 'The provider cannot be reached',
    message: (provider) => `${provider} did not answer. Nothing was connected. Try again.`,
  },
  connect_provider_broken: {
    title: 'The provider was not understood',
    message: (provider) =>
      `${provider} answered something unexpected. Nothing was connected. Tell whoever runs this installation.`,
  },
  connect_not_permitted: {
    title: 'This account may not be read',
    message: (provider) =>
      `${provider} gave access, and then did not let us read the account. Connect with a login that may read all of it, and leave all permissions ticked.`,
  },
  connect_no_account: {
    title: 'There is no account to connect',
    message: (provider) =>
      `This login at ${provider} has no account that we could read. Try another login.`,
  },
  connect_wrong_account: {
    title: 'This is another account',
    message: (provider) =>
      `Reconnecting has to end at the same account of ${provider} as before, so that its numbers go on. Log in there with the other account, or connect this one as a new integration.`,
  },
  connect_account_taken: {
    title: 'This account is connected already',
    message: (provider) =>
      `Another integration of yours reads this account of ${provider}. An account is connected once; reconnect that one instead.`,
  },
  connect_choice_invalid: {
    title: 'No account was chosen',
    message: () => 'Go back and choose one of the accounts.',
  },
  connect_failed: {
    title: 'That did not work',
    message: () => `Something went wrong on our side. Nothing was connected. ${ANEW}`,
  },
};
