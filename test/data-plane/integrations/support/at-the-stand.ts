import { afterAll, beforeAll } from '@jest/globals';
import type { Config } from '../../../../config/load.js';
import type { TestApp } from '../../../support/test-app.js';
import { Connecting, startConnectApp } from './connect.js';
import { LemonStand } from './lemon-stand.js';

/** What a file's tests share; there from its first `beforeAll` on. */
export interface Here {
  app: TestApp;
  stand: LemonStand;
  /** A new tenant, that connects things. */
  signUp(): Promise<Connecting>;
}

/** To be called at the top of a file: a NuMoon for all of its tests, and the stand that it connects to. */
export function atTheStand(overrides: Partial<Config> = {}): Here {
  const here = {
    signUp: async () => new Connecting(here.app, here.stand, await here.app.signUp()),
  } as Here;

  beforeAll(async () => {
    here.stand = await LemonStand.open();
    here.app = await startConnectApp(here.stand, { role: 'api', ...overrides });
  });

  afterAll(async () => {
    await here.app?.close();
    await here.stand?.close();
  });

  return here;
}
