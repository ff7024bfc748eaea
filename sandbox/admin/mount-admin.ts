import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CallLog } from '../core/call-log.js';
import type { SandboxClock } from '../core/clock.js';
import type { RunningProvider, SandboxAccount } from '../core/provider-module.js';
import { SandboxError } from '../core/sandbox-error.js';
import type { Stage } from '../core/stage.js';
import { deliver } from './deliver.js';
import { readInstant } from './read-instant.js';
import { readWebhookOrder } from './read-webhook-order.js';

export interface Staged {
  running: RunningProvider;
  stage: Stage;
  log: CallLog;
}

type Named = { provider: string; account: string };

/** `/_sandbox/…`: what a test or a demo tells the sandbox, and asks it. */
export function mountAdmin(
  scope: FastifyInstance,
  providers: ReadonlyMap<string, Staged>,
  clock: SandboxClock,
  keepClock: (instant: number) => void,
): void {
  const find = (request: FastifyRequest): Staged => {
    const { provider } = request.params as Named;
    const staged = providers.get(provider);
    if (staged === undefined) throw new SandboxError(404, `There is no provider ${provider}.`);
    return staged;
  };
  const findAccount = (request: FastifyRequest): Staged & { account: SandboxAccount } => {
    const staged = find(request);
    const { account: name } = request.params as Named;
    const account = staged.running.account(name);
    if (account === null) throw new SandboxError(404, `There is no account ${name}.`);
    return { ...staged, account };
  };

  scope.get('/', () => ({
    now: new Date(clock.now()).toISOString(),
    providers: [...providers].map(([id, { running, stage }]) => ({
      id,
      url: stage.url(),
      accounts: running.accounts(),
    })),
  }));

  scope.get('/truth/:provider/:account', (request) => {
    const { running, account } = findAccount(request);
    const { metric, from, to } = request.query as Record<string, string | undefined>;
    const truth = running.truth(account);
    return {
      ...truth,
      metrics: truth.metrics.filter(
        (row) =>
          (metric === undefined || row.metric === metric) &&
          (from === undefined || row.day >= from) &&
          (to === undefined || row.day <= to),
      ),
    };
  });

  scope.get('/knobs/:provider', (request) => find(request).stage.knobs.view());
  scope.post('/knobs/:provider', (request) => {
    const { knobs } = find(request).stage;
    knobs.set(request.body);
    return knobs.view();
  });
  scope.delete('/knobs/:provider', (request) => {
    const { knobs } = find(request).stage;
    knobs.clear();
    return knobs.view();
  });

  scope.post('/revoke/:provider/:account', (request) => {
    const { stage, account } = findAccount(request);
    return { revoked: stage.grants.revokeAccount(account.id) };
  });
  scope.post('/expire/:provider/:account', (request) => {
    const { stage, account } = findAccount(request);
    stage.grants.expireAccess(account.id);
    return { expired: true };
  });
  scope.post('/scopes/:provider/:account', (request) => {
    const { stage, account } = findAccount(request);
    const { scopes } = (request.body ?? {}) as { scopes?: unknown };
    if (!Array.isArray(scopes)) throw new SandboxError(400, 'scopes is a list.');
    stage.grants.setScopes(account.id, scopes.map(String));
    return { scopes };
  });

  scope.post('/webhooks/:provider/:account', (request) => {
    const { running, account } = findAccount(request);
    const order = readWebhookOrder(request.body);
    return deliver(order.url, running.webhook(account, order));
  });

  scope.post('/business/:provider/:account', (request) => {
    const { running, account } = findAccount(request);
    return running.act(account, (request.body ?? {}) as Record<string, unknown>);
  });

  scope.get('/calls/:provider', (request) => {
    const { log } = find(request);
    const { path } = request.query as { path?: string };
    const { total, calls } = log.view();
    if (path === undefined) return { total, calls };
    const fitting = calls.filter((call) => call.path.includes(path));
    return { total: fitting.length, calls: fitting };
  });
  scope.delete('/calls/:provider', (request) => {
    find(request).log.clear();
    return { total: 0, calls: [] };
  });

  scope.get('/clock', () => ({ now: new Date(clock.now()).toISOString() }));
  scope.post('/clock', (request) => {
    clock.moveTo(readInstant(request.body, clock.now()));
    keepClock(clock.now());
    return { now: new Date(clock.now()).toISOString() };
  });
}
