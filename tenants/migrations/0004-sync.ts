import type { Migration } from '../../src/infrastructure/postgres/migrate.js';

/** safe. How far each stream of each integration has been read, and what each run did. */
export const sync: Migration = {
  version: 4,
  name: 'sync',
  kind: 'safe',
  sql: `
-- Who may write points of an integration: a run takes the next number, and a commit with an older one is refused.
CREATE TABLE sync_fences (
  integration_id text PRIMARY KEY REFERENCES integrations (id) ON DELETE CASCADE,
  fence          bigint NOT NULL DEFAULT 0
);

CREATE TABLE sync_streams (
  -- <integration>:<stream>
  id             text PRIMARY KEY,
  integration_id text NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  stream         text NOT NULL,
  -- the days read completely; history grows towards the past
  covered_from   date,
  covered_to     date,
  -- when the newest days, and when the whole look-back, were last read
  recent_at      timestamptz,
  look_back_at   timestamptz,
  -- the slice under way: its days, the next page's cursor, the sums so far
  progress       sealed,
  progress_key   integer GENERATED ALWAYS AS (get_byte(progress, 2) * 256 + get_byte(progress, 3)) STORED REFERENCES data_keys
);
CREATE INDEX sync_streams_by_integration ON sync_streams (integration_id);

CREATE TABLE sync_runs (
  id             text PRIMARY KEY,
  integration_id text NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  cause          text NOT NULL CHECK (cause IN ('schedule', 'request', 'webhook', 'connect')),
  status         text NOT NULL CHECK (status IN ('running', 'paused', 'done', 'failed')),
  started_at     timestamptz NOT NULL DEFAULT now(),
  ended_at       timestamptz,
  slices         integer NOT NULL DEFAULT 0,
  pages          integer NOT NULL DEFAULT 0,
  records        bigint NOT NULL DEFAULT 0,
  points         bigint NOT NULL DEFAULT 0,
  quarantined    integer NOT NULL DEFAULT 0,
  -- values withheld by the guard, by rule: {"email": 2}
  withheld       jsonb NOT NULL DEFAULT '{}',
  problem        text
);
CREATE INDEX sync_runs_by_integration ON sync_runs (integration_id, started_at DESC, id);

-- Pages that could not be understood: which, and by which rule; never what was in them.
CREATE TABLE quarantined_pages (
  id             text PRIMARY KEY,
  integration_id text NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  run_id         text NOT NULL,
  stream         text NOT NULL,
  slice_from     date NOT NULL,
  slice_to       date NOT NULL,
  page           integer NOT NULL,
  rule           text NOT NULL,
  at             timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX quarantined_pages_by_integration ON quarantined_pages (integration_id, at DESC);
`,
};
