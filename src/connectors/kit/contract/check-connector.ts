import type { Connector } from '../connector.js';
import { factFaults } from './fact-faults.js';
import { metricFaults } from './metric-faults.js';
import { type ConnectorFolder, folderFaults } from './folder-faults.js';
import { streamFaults } from './stream-faults.js';
import { webhookFaults } from './webhook-faults.js';
import { revocationFaults } from './revocation-faults.js';
import { answerFaults } from './answer-faults.js';
import { authFaults } from './auth-faults.js';
import { knownAsFaults } from './known-as-faults.js';

/**
 * The contract that every connector keeps, whatever its provider: what can be said about it without
 * speaking to anybody. Each fault is a sentence that says what to change. Empty: it keeps the contract.
 *
 * `numoon connectors check` and `test/connectors/contract.spec.ts` run it over all of them.
 */
export function checkConnector(
  id: string,
  connector: Connector,
  folder: ConnectorFolder,
): readonly string[] {
  return [
    ...folderFaults(id, connector, folder),
    ...factFaults(connector.facts),
    ...authFaults(connector.facts),
    ...metricFaults(connector.metrics),
    ...streamFaults(connector),
    ...answerFaults(connector),
    ...webhookFaults(connector),
    ...knownAsFaults(connector),
    ...revocationFaults(connector),
  ];
}
