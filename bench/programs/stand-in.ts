import { startSandbox } from '../../sandbox/start.js';
import type { AppSettings } from '../../sandbox/core/app-settings.js';
import { answerCalls } from '../support/child.js';

/** The sandbox, in a process of its own: its memory and its processor time are no part of the product's. */
answerCalls({
  start: async (): Promise<AppSettings> => {
    const sandbox = await startSandbox();
    const app = sandbox.settings.get('stripe');
    if (app === undefined) throw new Error('The sandbox has no Stripe.');
    return app;
  },
});
