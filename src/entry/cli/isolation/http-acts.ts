import { randomWord } from '../../../kernel/ids.js';
import type { Answer, Caller } from './caller.js';
import type { Subject } from './subject.js';
import type { Witness } from './witness.js';

/** Something a tenant does over HTTP. `other` is a tenant whose belongings it may go for. */
export type HttpAct = (tools: HttpTools, by: Subject, other: Subject) => Promise<void>;

export interface HttpTools {
  caller: Caller;
  witness: Witness;
}

const READS = [
  '/v1/tenant',
  '/v1/members',
  '/v1/api-keys',
  '/v1/integrations',
  '/v1/providers',
  '/v1/metrics',
  '/v1/audit-log?limit=200',
];

/** At once, so that connections have to be waited for, and others' are closed for them. */
const FLOOD = 24;

export const HTTP_ACTS: Readonly<Record<string, HttpAct>> = {
  'who am I': async ({ caller, witness }, by, other) => {
    isOwn(witness, 'who am I', by, other, await caller.call('who am I', by, 'GET', '/v1/me'));
  },

  'read everything': async ({ caller }, by) => {
    for (const path of READS) await caller.call('read everything', by, 'GET', path);
  },

  rename: async ({ caller }, by) => {
    const body = { name: `${by.word} ${randomWord(6)}` };
    await caller.call('rename', by, 'PATCH', '/v1/tenant', { body });
  },

  flood: async ({ caller, witness }, by, other) => {
    const calls = Array.from({ length: FLOOD }, (_, at) =>
      at % 2 === 0
        ? caller.call('flood', by, 'GET', '/v1/members')
        : caller
            .call('flood', by, 'GET', '/v1/me')
            .then((answer) => isOwn(witness, 'flood', by, other, answer)),
    );
    await Promise.all(calls);
  },

  'cancel half way': async ({ caller }, by) => {
    const calls = READS.map((path) =>
      caller.call('cancel half way', by, 'GET', path, { cancelAfterMs: Math.random() * 15 }),
    );
    await Promise.all(calls);
  },

  'life of a key, under an Idempotency-Key that all tenants use': async (tools, by, other) => {
    const { caller, witness } = tools;
    const act = 'life of a key';
    const made = await caller.call(act, by, 'POST', '/v1/api-keys', {
      body: { name: `Key of ${by.word}`, role: 'analyst' },
      headers: { 'idempotency-key': `isolation-${Math.floor(Date.now() / 1_000)}` },
    });
    const { id, key } = (made?.body ?? {}) as { id?: unknown; key?: unknown };
    if (typeof id !== 'string' || typeof key !== 'string') return;
    isOwn(witness, act, by, other, await caller.call(act, by, 'GET', '/v1/me', { key }));
    await caller.call(act, by, 'DELETE', `/v1/api-keys/${id}`);
  },

  'sign in and out': async ({ caller, witness }, by, other) => {
    const act = 'sign in and out';
    const { email, password } = by;
    const body = { email, password };
    const answer = await caller.call(act, by, 'POST', '/v1/login', { body, key: null });
    const [cookie] = [answer?.headers['set-cookie'] ?? []].flat();
    if (cookie === undefined) return;
    const headers = { cookie: String(cookie.split(';')[0]) };
    const me = await caller.call(act, by, 'GET', '/v1/me', { headers, key: null });
    isOwn(witness, act, by, other, me);
    await caller.call(act, by, 'POST', '/v1/logout', { headers, key: null });
  },

  'sign in to another organization': async ({ caller, witness }, by, other) => {
    const act = 'sign in to another organization';
    const { email, password } = by;
    const body = { email, password, organization: other.slug };
    const answer = await caller.call(act, by, 'POST', '/v1/login', { body, key: null });
    if (answer !== null && answer.status < 300) witness.crossed(act, by, other, 'was let in');
  },

  'use ids of another tenant': async ({ caller, witness }, by, other) => {
    const act = 'use ids of another tenant';
    for (const [method, path] of foreign(other)) {
      const options = method === 'GET' || method === 'DELETE' ? {} : { body: { role: 'analyst' } };
      const answer = await caller.call(act, by, method, path, options);
      if (answer !== null && answer.status < 300) witness.crossed(act, by, other, 'was answered');
    }
  },
};

function foreign({ memberId, integrationId }: Subject): [string, string][] {
  return [
    ['PATCH', `/v1/members/${memberId}`],
    ['DELETE', `/v1/members/${memberId}`],
    ['GET', `/v1/integrations/${integrationId}`],
    ['GET', `/v1/integrations/${integrationId}/runs`],
    ['POST', `/v1/integrations/${integrationId}/sync`],
    ['POST', `/v1/integrations/${integrationId}/reconnect`],
    ['DELETE', `/v1/integrations/${integrationId}`],
  ];
}

/** An answer that names a tenant must name the one that asked. */
function isOwn(
  witness: Witness,
  act: string,
  by: Subject,
  other: Subject,
  answer: Answer | null,
): void {
  if (answer === null || answer.status !== 200) return;
  const { tenant } = (answer.body ?? {}) as { tenant?: { id?: unknown } };
  if (tenant?.id !== by.tenantId) witness.crossed(act, by, other, 'an answer that is not its own');
}
