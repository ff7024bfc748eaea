import type { FastifyRequest } from 'fastify';
import type { Authenticator } from 'passport';
import { ADMINISTRATOR } from '../strategies/administrator.strategy.js';
import { createProver } from '../strategies/authenticator.js';

export type AdminGate = (request: FastifyRequest) => Promise<boolean>;

/** Injection token of the gate, for routes that are open to some without it. */
export const ADMIN_GATE = Symbol('admin-gate');

/** Whether the call comes with the admin token. */
export function createAdminGate(authenticator: Authenticator): AdminGate {
  const prove = createProver<true>(authenticator, ADMINISTRATOR);
  return (request) =>
    new Promise((resolve, reject) => {
      prove(request.raw, (error, proof) => {
        if (error === null) resolve(proof === true);
        else reject(error);
      });
    });
}
