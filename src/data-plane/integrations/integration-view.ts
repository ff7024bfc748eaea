import type { IntegrationView } from './integration.dto.js';
import type { Integration } from './integrations.repository.js';
import { deletionDueAt } from './deletion-due.js';
import { problemTexts } from './problem-texts.js';

/** An integration as its tenant sees it: nothing of its params, its account's id or its tokens. */
export function integrationView(integration: Integration): IntegrationView {
  const { id, provider, status, account, problem, quality } = integration;
  const { createdAt, connectedAt, lastSyncedAt, nextSyncAt, missingScopes } = integration;
  const shown = status === 'disconnected' ? null : account;
  return {
    id,
    provider,
    status,
    account: shown === null ? null : accountView(shown),
    createdAt,
    connectedAt,
    lastSyncedAt,
    nextSyncAt,
    problem:
      problem === null
        ? null
        : { code: problem.code, ...problemTexts(problem.code), at: problem.at },
    missingScopes: [...missingScopes],
    quality: [...quality],
    historyCut: quality.includes('history-cut'),
    ...endOf(integration),
  };
}

function accountView({ name, timeZone, currency, test }: NonNullable<Integration['account']>) {
  return { name, timeZone, currency, test };
}

function endOf({ disconnectedAt, receipt }: Integration) {
  if (disconnectedAt === null || receipt === null) return {};
  return { dataDeletionDueAt: deletionDueAt(disconnectedAt), receipt };
}
