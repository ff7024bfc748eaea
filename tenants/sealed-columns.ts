import {
  sealedBytes,
  sealedJson,
  sealedText,
  type SealedColumn,
} from '../src/infrastructure/envelope/sealed-column.js';

/**
 * Every column of type `sealed`, by table. `test/tenancy/sealed-columns.spec.ts` compares this list
 * with the database.
 */
export const ORGANIZATION = {
  name: sealedText('organization', 'name'),
  slug: sealedText('organization', 'slug'),
} as const;

export const MEMBERS = {
  name: sealedText('members', 'name'),
  email: sealedText('members', 'email'),
  passwordHash: sealedText('members', 'password_hash'),
} as const;

export const API_KEYS = { name: sealedText('api_keys', 'name') } as const;

export const AUDIT_EVENTS = { details: sealedJson('audit_events', 'details') } as const;

export const INTEGRATIONS = {
  params: sealedJson('integrations', 'params'),
  account: sealedJson('integrations', 'account'),
} as const;

export const CONNECTION_ATTEMPTS = { memory: sealedJson('connection_attempts', 'memory') } as const;

export const SYNC_STREAMS = { progress: sealedJson('sync_streams', 'progress') } as const;

export const METRIC_SERIES = { entries: sealedBytes('metric_series', 'entries') } as const;

export const METRIC_BLOCKS = { body: sealedBytes('metric_blocks', 'body') } as const;

export interface SealedTable {
  table: string;
  /** The column whose value identifies the row: what its sealed values are bound to. */
  rowId: string;
  columns: readonly SealedColumn[];
  /**
   * How many rows a rotation seals at a time, where they are large. With one it can be in no deadlock
   * with who deletes many.
   */
  batch?: number;
}

/** What a rotation of data keys goes through. */
export const SEALED_TABLES: readonly SealedTable[] = [
  { table: 'organization', rowId: 'tenant_id', columns: Object.values(ORGANIZATION) },
  { table: 'members', rowId: 'id', columns: Object.values(MEMBERS) },
  { table: 'api_keys', rowId: 'id', columns: Object.values(API_KEYS) },
  { table: 'audit_events', rowId: 'id', columns: Object.values(AUDIT_EVENTS) },
  { table: 'integrations', rowId: 'id', columns: Object.values(INTEGRATIONS) },
  { table: 'connection_attempts', rowId: 'id', columns: Object.values(CONNECTION_ATTEMPTS) },
  { table: 'sync_streams', rowId: 'id', columns: Object.values(SYNC_STREAMS) },
  { table: 'metric_series', rowId: 'id', columns: Object.values(METRIC_SERIES), batch: 1 },
  { table: 'metric_blocks', rowId: 'id', columns: Object.values(METRIC_BLOCKS), batch: 1 },
];
