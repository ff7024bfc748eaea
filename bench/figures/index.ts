import type { Figure } from '../support/figure.js';
import { flood } from './flood.js';
import { keyStoreCalls } from './key-store-calls.js';
import { memory } from './memory.js';
import { metricQuery } from './metric-query.js';
import { metricStore } from './metric-store.js';
import { pgbouncer } from './pgbouncer.js';
import { provisioning } from './provisioning.js';
import { purge } from './purge.js';
import { recovery } from './recovery.js';
import { reencryption } from './reencryption.js';
import { requests } from './requests.js';
import { sealedReads } from './sealed-reads.js';
import { signupKeys } from './signup-keys.js';
import { signup } from './signup.js';
import { sync } from './sync.js';
import { typeorm } from './typeorm.js';
import { zipf } from './zipf.js';

/** In the order of the table. */
export const FIGURES: readonly Figure[] = [
  signup,
  provisioning,
  requests,
  pgbouncer,
  typeorm,
  zipf,
  memory,
  purge,
  flood,
  recovery,
  sealedReads,
  keyStoreCalls,
  signupKeys,
  reencryption,
  metricStore,
  metricQuery,
  sync,
];
