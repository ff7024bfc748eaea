import { AttemptLimits } from '../../data-plane/passwords/attempt-limits.js';
import { DurableLimiter } from '../../infrastructure/rate-limit/durable-limiter.js';
import type { Foundation } from './foundation.js';

const QUARTER_HOUR_S = 15 * 60;
const HOUR_S = 60 * 60;
const DAY_S = 24 * HOUR_S;

/** Limits that survive a restart and hold over all processes, and the settings they come from. */
export function createLimits({
  config,
  hash,
  limitsPool: pool,
}: Pick<Foundation, 'config' | 'hash' | 'limitsPool'>) {
  const durable = (name: string, points: number, windowSeconds: number): DurableLimiter =>
    new DurableLimiter({
      pool,
      name,
      points,
      windowSeconds,
      hash: (key) => hash.of('limit', key).toString('base64url'),
    });
  return {
    signupsPerAddress: durable('signup-address', config.signupsPerAddressHour, HOUR_S),
    signupsInTotal: durable('signup-total', config.signupsPerDay, DAY_S),
    logins: new AttemptLimits(
      durable('login-account', config.loginAttemptsPerAccount, QUARTER_HOUR_S),
      durable('login-address', config.loginAttemptsPerAddress, QUARTER_HOUR_S),
      durable('login-everywhere', config.loginAttemptsEverywhere, QUARTER_HOUR_S),
    ),
  };
}

export type Limits = ReturnType<typeof createLimits>;
