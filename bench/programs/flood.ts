import { answerCalls } from '../support/child.js';
import { Connection } from '../support/connection.js';
import { pace } from '../support/load.js';

interface Flood {
  port: number;
  /** Where it comes from: another machine than everybody else. */
  from: string;
  request: string;
  perSecond: number;
  ms: number;
}

const CONNECTIONS = 64;

/** One tenant that asks too much, in a process of its own so that it does not hold up whoever measures the others. */
answerCalls({
  flood: async ({ port, from, request, perSecond, ms }: Flood) => {
    const bytes = Buffer.from(request);
    const connections = await Connection.openAll(CONNECTIONS, port, from);
    const { statuses } = await pace(connections, () => bytes, perSecond, ms);
    for (const connection of connections) connection.close();
    return statuses;
  },
});
