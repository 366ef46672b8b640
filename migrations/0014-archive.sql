-- The archive: which day of which tenant and retention class is in it, and in which objects. Nothing here is in clear but ids,
-- counts, digests and times.
DO $$
BEGIN
  PERFORM pg_advisory_xact_lock(7010212026);
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'palimpsest_archivist') THEN
    CREATE ROLE palimpsest_archivist NOLOGIN NOINHERIT;
  END IF;
END $$;
-- The gateway archives only where it says so: SET LOCAL ROLE palimpsest_archivist.
GRANT palimpsest_archivist TO palimpsest_app WITH INHERIT FALSE, SET TRUE;
GRANT USAGE ON SCHEMA public TO palimpsest_archivist;

SET ROLE palimpsest_owner;

-- A closed day, by the UUIDv7 of its entries, in UTC. From sealed_at on no entry can appear in it; from dropped_at on its
-- partitions hold only what stays in the database for as long as proofs do.
CREATE TABLE archive_day (
  day date PRIMARY KEY,
  sealed_at timestamptz NOT NULL,
  dropped_at timestamptz
);

-- A period of one tenant and retention class in the archive, from_day included, below_day not. Its id is the id of the entry of
-- kind archive that holds its manifest's digest; a later manifest supersedes it (manifest_entry).
CREATE TABLE archive_period (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  retention_class text NOT NULL,
  from_day date NOT NULL,
  below_day date NOT NULL CHECK (below_day > from_day),
  generation integer NOT NULL DEFAULT 1 CHECK (generation >= 1),
  -- Entries in it; 0 before it was exported.
  entries bigint NOT NULL DEFAULT 0 CHECK (entries >= 0),
  manifest_entry uuid,
  recorded_at timestamptz,
  anchored_at timestamptz,
  -- The entry that says that its objects were removed at the end of their life.
  expired_by uuid,
  expired_at timestamptz,
  UNIQUE (tenant_id, retention_class, from_day)
);
CREATE INDEX archive_period_days ON archive_period (from_day, below_day);

-- Objects in the archive store. 'writing': announced before its first byte left, so that what a crash leaves is found.
CREATE TABLE archive_object (
  name text PRIMARY KEY,
  period_id uuid NOT NULL,
  part text NOT NULL CHECK (part IN ('facts', 'content', 'histories', 'manifest', 'held')),
  generation integer NOT NULL CHECK (generation >= 1),
  state text NOT NULL CHECK (state IN ('writing', 'stored', 'superseded', 'removed')),
  bytes bigint NOT NULL CHECK (bytes >= 0),
  sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
  entries bigint NOT NULL CHECK (entries >= 0),
  created_at timestamptz NOT NULL
);
CREATE INDEX archive_object_period ON archive_object (period_id);

-- Which periods hold entries of a subject.
CREATE TABLE archive_person (
  pseudonym text NOT NULL,
  period_id uuid NOT NULL,
  entries integer NOT NULL CHECK (entries > 0),
  PRIMARY KEY (pseudonym, period_id)
);

GRANT SELECT, INSERT, UPDATE ON archive_period, archive_object TO palimpsest_archivist;
GRANT SELECT, INSERT ON archive_person TO palimpsest_archivist;
GRANT SELECT ON archive_day TO palimpsest_archivist;
GRANT SELECT ON archive_day, archive_period, archive_object, archive_person TO palimpsest_gateway, palimpsest_eraser;
GRANT SELECT ON ledger_log, ledger_entry, ledger_leaf, ledger_pending, ledger_batch, ledger_checkpoint, content, legal_hold
  TO palimpsest_archivist;

RESET ROLE;
