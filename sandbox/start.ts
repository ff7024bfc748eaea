import Fastify, { type FastifyInstance } from 'fastify';
import { mountAdmin, type Staged } from './admin/mount-admin.js';
import { Chance } from './business/chance.js';
import { CallLog } from './core/call-log.js';
import { SandboxClock } from './core/clock.js';
import { findProviders } from './core/find-providers.js';
import type { AppSettings } from './core/app-settings.js';
import type { ProviderModule } from './core/provider-module.js';
import type { Stage } from './core/stage.js';
import { StateKeeper } from './core/state.js';
import { answerSandboxErrors, mountProvider } from './http/mount-provider.js';
import { Knobs } from './knobs/knobs.js';
import { Grants } from './oauth/grants.js';

export interface SandboxOptions {
  /** 0, the default, takes any free one. Loopback only, always. */
  port?: number;
  /** What the business grows from: the same seed, the same business. */
  seed?: string;
  /** Real time, ms since 1970. The business stands at its value of the start. */
  now?: () => number;
  /** Where grants, tokens and changes are kept over restarts; without it they are forgotten. */
  stateFile?: string;
}

export interface Sandbox {
  /** `http://127.0.0.1:4100` */
  url: string;
  /** What NuMoon's settings say to reach each provider here, by provider id. */
  settings: ReadonlyMap<string, AppSettings>;
  /** The test mode's app, where a provider tells the two apart. */
  testSettings: ReadonlyMap<string, AppSettings>;
  close(): Promise<void>;
}

/** Starts the stand-in of all providers on this machine. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, seed = 'numoon', now = Date.now, stateFile } = options;
  const keeper = new StateKeeper(stateFile ?? null);
  const clock = new SandboxClock(now, Math.max(now(), keeper.state.clock ?? 0));
  const app = Fastify({
    logger: false,
    forceCloseConnections: true,
    bodyLimit: 4_194_304,
    routerOptions: { maxParamLength: 300 },
  });
  answerSandboxErrors(app);
  const listening = { url: '' };
  const staged = new Map<string, Staged>();
  for (const [id, module] of await findProviders()) {
    const one = makeStaged(id, module, { seed, clock, keeper, listening });
    staged.set(id, one);
    mount(app, id, module, one, now);
  }
  await app.register(
    async (scope) =>
      mountAdmin(scope, staged, clock, (instant) => {
        keeper.state.clock = instant;
        keeper.save();
      }),
    { prefix: '/_sandbox' },
  );
  // A connection that cannot be accepted costs itself and nothing else.
  app.server.on('error', () => undefined);
  listening.url = await app.listen({ port, host: '127.0.0.1' });

  return {
    url: listening.url,
    settings: collect(staged, (stage) => place(stage.app, stage)),
    testSettings: collect(staged, (stage) => (stage.testApp ? place(stage.testApp, stage) : null)),
    close: () => app.close(),
  };
}

function mount(
  app: FastifyInstance,
  id: string,
  module: ProviderModule,
  { running, stage, log }: Staged,
  real: () => number,
): void {
  void app.register(
    async (scope) => mountProvider(scope, running, { log, knobs: stage.knobs, real }),
    { prefix: `/${id}${module.prefix}` },
  );
}

function makeStaged(
  id: string,
  module: ProviderModule,
  beside: { seed: string; clock: SandboxClock; keeper: StateKeeper; listening: { url: string } },
): Staged {
  const { seed, clock, keeper, listening } = beside;
  const testApp = module.testApp?.(seed);
  const stage: Stage = {
    provider: id,
    seed,
    clock,
    grants: new Grants(keeper.grantsOf(id), clock, () => keeper.save()),
    knobs: new Knobs(new Chance(seed, 'knobs', id)),
    app: { baseUrl: '', ...module.app(seed) },
    testApp: testApp ? { baseUrl: '', ...testApp } : null,
    prefix: module.prefix,
    url: () => `${listening.url}/${id}`,
    changes: (account) => keeper.changesOf(id, account),
    remember: (account, change) => {
      keeper.changesOf(id, account).push(change);
      keeper.save();
    },
  };
  return { running: module.start(stage), stage, log: new CallLog() };
}

function place(app: AppSettings, stage: Stage): AppSettings {
  return { ...app, baseUrl: `${stage.url()}${stage.prefix.replace(':host', '{host}')}` };
}

function collect(
  staged: ReadonlyMap<string, Staged>,
  settingsOf: (stage: Stage) => AppSettings | null,
): ReadonlyMap<string, AppSettings> {
  const found = new Map<string, AppSettings>();
  for (const [id, { stage }] of staged) {
    const settings = settingsOf(stage);
    if (settings !== null) found.set(id, settings);
  }
  return found;
}
