-- The same check of an entry's time, by the functions that PostgreSQL has for it since 17: it costs nothing that can be measured,
-- in place of eight microseconds an entry.
SET ROLE palimpsest_owner;

DO $$
BEGIN
  IF current_setting('server_version_num')::integer >= 170000 THEN
    ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_not_ahead;
    ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_not_ahead CHECK (
      CASE WHEN uuid_extract_version(id) = 7 THEN uuid_extract_timestamp(id) < now() + interval '5 minutes'
      ELSE id < ledger_time_bound(now() + interval '5 minutes') END) NOT VALID;
  END IF;
END $$;

RESET ROLE;
