import type { Migration } from '../../src/infrastructure/postgres/migrate.js';

/** safe. The metric store: `src/data-plane/metrics/store`, explained in docs/decisions/0017-metric-blocks.md. */
export const metrics: Migration = {
  version: 5,
  name: 'metrics',
  kind: 'safe',
  sql: `
-- One metric of one integration. Whoever writes its points holds this row's lock.
CREATE TABLE metric_sets (
  id             text PRIMARY KEY,
  integration_id text NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  metric         text NOT NULL,
  -- counts what was written: the number of the newest block
  writes         integer NOT NULL DEFAULT 0,
  UNIQUE (integration_id, metric)
);

-- The series of a set: what they are told apart by, in pieces, numbered through from 0. A series keeps
-- its number for ever.
CREATE TABLE metric_series (
  id          text PRIMARY KEY,
  set_id      text NOT NULL REFERENCES metric_sets (id) ON DELETE CASCADE,
  -- the number of the first one in this piece
  first       integer NOT NULL,
  entries     sealed NOT NULL,
  entries_key integer GENERATED ALWAYS AS (get_byte(entries, 2) * 256 + get_byte(entries, 3)) STORED REFERENCES data_keys,
  UNIQUE (set_id, first)
);

-- Each block is all there is of its set for its days. Where two speak of the same day, the one written
-- later is right.
CREATE TABLE metric_blocks (
  id        text PRIMARY KEY,
  set_id    text NOT NULL REFERENCES metric_sets (id) ON DELETE CASCADE,
  from_day  date NOT NULL,
  to_day    date NOT NULL,
  -- metric_sets.writes when it was written
  written   integer NOT NULL,
  -- made of others by compaction
  folded    boolean NOT NULL,
  body      sealed NOT NULL,
  body_key  integer GENERATED ALWAYS AS (get_byte(body, 2) * 256 + get_byte(body, 3)) STORED REFERENCES data_keys,
  CHECK (from_day <= to_day)
);
CREATE INDEX metric_blocks_by_set ON metric_blocks (set_id, to_day);

-- Ciphertext does not compress.
ALTER TABLE metric_series ALTER COLUMN entries SET STORAGE EXTERNAL;
ALTER TABLE metric_blocks ALTER COLUMN body SET STORAGE EXTERNAL;
`,
};
