-- What reports read of days that are sealed and still in the database: a tenant's facts of a day, packed once as Parquet, because
-- nothing of them changes any more and every report would have to read them again. It holds what ledger_entry holds and goes with it.
SET ROLE palimpsest_owner;

CREATE TABLE packed_day (
  tenant_id text NOT NULL,
  day date NOT NULL,
  -- Which columns it has, as a digest: one of another form is not read, and made again.
  form text NOT NULL,
  entries integer NOT NULL CHECK (entries >= 0),
  -- NULL: the tenant has nothing of the day.
  facts bytea CHECK ((facts IS NULL) = (entries = 0)),
  PRIMARY KEY (tenant_id, day)
);
-- It is compressed already.
ALTER TABLE packed_day ALTER COLUMN facts SET STORAGE EXTERNAL;
SELECT palimpsest_draw_tenant_line('packed_day');
GRANT SELECT, INSERT, UPDATE, DELETE ON packed_day TO palimpsest_gateway;

-- It leaves the database in the transaction in which its day does.
CREATE FUNCTION packed_day_leaves() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM packed_day WHERE day = NEW.day;
  RETURN NULL;
END $$;
CREATE TRIGGER packed_day_leaves AFTER UPDATE OF dropped_at ON archive_day
  FOR EACH ROW WHEN (NEW.dropped_at IS NOT NULL) EXECUTE FUNCTION packed_day_leaves();

RESET ROLE;
