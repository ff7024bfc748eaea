import type { Connector } from '../../../src/connectors/kit/connector.js';
import { connector as real } from '../../../src/connectors/stripe/connector.js';

/** The real one without its budget of calls: what NuMoon itself can do, where no provider slows it down. */
export const connector: Connector = {
  ...real,
  facts: {
    ...real.facts,
    limits: { ...real.facts.limits, account: { perSecond: 100_000, burst: 100_000 } },
  },
};
