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
  fence          bigint NOT NULL DEFAULT 0,
  -- keyed hash of what all points are counted in: the account, its zone and its currency
  basis_hash     bytea,
  -- when the provider was last asked what it is
  account_at     timestamptz
);

CREATE TABLE sync_streams (
  -- <integration>:<stream>
  id             text PRIMARY KEY,
  integration_id text NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  stream         text NOT NULL,
  -- how far back history goes, fixed at the first slice
  history_from   date,
  -- the days gone through; history grows towards the past. What had to be left out is in sync_gaps
  covered_from   date,
  covered_to     date,
  -- when the newest days, and when the whole look-back, were last read
  recent_at      timestamptz,
  look_back_at   timestamptz,
  -- re-reading under way, newest slice first: since when, from which day, and the last day of its next slice
  round_kind     text CHECK (round_kind IN ('recent', 'look-back')),
  round_begun    timestamptz,
  round_from     date,
  round_to       date,
  round_next     date,
  -- left alone until then, and why: an error code
  rest_until     timestamptz,
  rested_at      timestamptz,
  rest_code      text,
  rests          integer NOT NULL DEFAULT 0,
  quality        text[] NOT NULL DEFAULT '{}',
  -- the slice under way: its days, the next page's cursor, the sums so far
  progress       sealed,
  progress_key   integer GENERATED ALWAYS AS (get_byte(progress, 2) * 256 + get_byte(progress, 3)) STORED REFERENCES data_keys
);
CREATE INDEX sync_streams_by_integration ON sync_streams (integration_id);

-- Slices that could not be understood twice, left for later: their days are not known.
CREATE TABLE sync_gaps (
  id             text PRIMARY KEY,
  integration_id text NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  stream         text NOT NULL,
  slice_from     date NOT NULL,
  slice_to       date NOT NULL,
  tries          integer NOT NULL DEFAULT 0,
  retry_at       timestamptz NOT NULL,
  UNIQUE (integration_id, stream, slice_from, slice_to)
);

CREATE TABLE sync_runs (
  id             text PRIMARY KEY,
  integration_id text NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  cause          text NOT NULL CHECK (cause IN ('schedule', 'request', 'webhook', 'connect')),
  -- paused: gave its place to others, or waits; it goes on as the same run
  status         text NOT NULL CHECK (status IN ('running', 'paused', 'done', 'failed')),
  started_at     timestamptz NOT NULL DEFAULT now(),
  ended_at       timestamptz,
  -- somebody asked, or a webhook came: what was read before this is to be read again
  recent_after    timestamptz,
  look_back_after timestamptz,
  slices         integer NOT NULL DEFAULT 0,
  pages          integer NOT NULL DEFAULT 0,
  records        bigint NOT NULL DEFAULT 0,
  points         bigint NOT NULL DEFAULT 0,
  quarantined    integer NOT NULL DEFAULT 0,
  -- values withheld by the guard, by rule: {"email": 2}
  withheld       jsonb NOT NULL DEFAULT '{}',
  problem        text
);
CREATE INDEX sync_runs_by_integration ON sync_runs (integration_id, started_at DESC, id DESC);

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
