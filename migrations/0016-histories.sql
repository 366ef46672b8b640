-- Temporal's histories of requests, kept beside their entries when Temporal forgets them. No personal data stands in one, so an
-- erasure has nothing to do here; a history goes with its day.
SET ROLE palimpsest_owner;

CREATE TABLE workflow_history (
  entry_id uuid NOT NULL,
  run_id uuid NOT NULL,
  tenant_id text NOT NULL,
  retention_class text NOT NULL,
  closed_at timestamptz NOT NULL,
  -- gzip of the JSON that Temporal's own tools export and replay.
  history bytea NOT NULL,
  PRIMARY KEY (entry_id, run_id)
) PARTITION BY RANGE (entry_id);
-- It is compressed already.
ALTER TABLE workflow_history ALTER COLUMN history SET STORAGE EXTERNAL;

-- Every run that ended before looked_until has been looked at. One row.
CREATE TABLE history_round (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  looked_until timestamptz NOT NULL
);

-- Runs that ended before their request had an entry: looked at again for two days.
CREATE TABLE history_waiting (
  run_id uuid PRIMARY KEY,
  entry_id uuid NOT NULL,
  closed_at timestamptz NOT NULL
);
CREATE INDEX history_waiting_closed ON history_waiting (closed_at, run_id);

GRANT SELECT, INSERT ON workflow_history TO palimpsest_writer;
GRANT SELECT, INSERT, UPDATE ON history_round TO palimpsest_writer;
GRANT SELECT, INSERT, DELETE ON history_waiting TO palimpsest_writer;
GRANT SELECT ON workflow_history, history_round, history_waiting TO palimpsest_gateway;
GRANT SELECT ON workflow_history TO palimpsest_archivist, palimpsest_eraser;

-- Days are made as they are, and their histories with them; a day that has left the database gets none again.
ALTER FUNCTION ledger_ensure_partitions(date, integer) RENAME TO ledger_ensure_entry_partitions;
REVOKE ALL ON FUNCTION ledger_ensure_entry_partitions(date, integer) FROM palimpsest_writer;

CREATE FUNCTION ledger_ensure_partitions(first_day date, days integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  made integer := ledger_ensure_entry_partitions(first_day, days);
  one_day date;
  partition_name text;
BEGIN
  FOR one_day IN SELECT first_day + i FROM generate_series(0, days - 1) i LOOP
    partition_name := 'workflow_history_' || to_char(one_day, 'YYYYMMDD');
    CONTINUE WHEN to_regclass(partition_name) IS NOT NULL
      OR to_regclass('ledger_entry_' || to_char(one_day, 'YYYYMMDD')) IS NULL
      OR EXISTS (SELECT FROM archive_day a WHERE a.day = one_day AND a.dropped_at IS NOT NULL);
    EXECUTE format('CREATE TABLE %I PARTITION OF workflow_history FOR VALUES FROM (%L) TO (%L)', partition_name,
                   ledger_day_bound(one_day), ledger_day_bound(one_day + 1));
    made := made + 1;
  END LOOP;
  RETURN made;
END $$;
REVOKE ALL ON FUNCTION ledger_ensure_partitions(date, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_ensure_partitions(date, integer) TO palimpsest_writer;

-- The histories of a day leave the database in the transaction in which its entries do.
CREATE FUNCTION workflow_history_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  EXECUTE format('DROP TABLE IF EXISTS %I', 'workflow_history_' || to_char(NEW.day, 'YYYYMMDD'));
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION workflow_history_follow() FROM PUBLIC;
CREATE TRIGGER workflow_history_follows AFTER UPDATE OF dropped_at ON archive_day
  FOR EACH ROW WHEN (OLD.dropped_at IS NULL AND NEW.dropped_at IS NOT NULL) EXECUTE FUNCTION workflow_history_follow();

-- Days that were made before this table was there.
DO $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT relname FROM pg_class WHERE relname ~ '^ledger_entry_\d{8}$' AND relkind = 'r' LOOP
    PERFORM ledger_ensure_partitions(to_date(right(name, 8), 'YYYYMMDD'), 1);
  END LOOP;
END $$;

RESET ROLE;
