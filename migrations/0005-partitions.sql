-- Day partitions by UUIDv7. The application's login owns nothing: it calls these functions, which run as the owner.
SET ROLE palimpsest_owner;

-- The smallest UUIDv7 of a day (RFC 9562 §5.7: 48 bits of Unix milliseconds come first).
CREATE FUNCTION ledger_day_bound(day date) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT (lpad(to_hex((extract(epoch FROM day::timestamp AT TIME ZONE 'UTC') * 1000)::bigint), 12, '0')
          || repeat('0', 20))::uuid
$$;

CREATE FUNCTION ledger_ensure_partitions(first_day date, days integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  day date;
  parent text;
  partition_name text;
  made integer := 0;
BEGIN
  IF days < 1 OR days > 400 THEN
    RAISE EXCEPTION 'between 1 and 400 days at once';
  END IF;
  PERFORM pg_advisory_xact_lock(7010212027);
  FOR day IN SELECT first_day + i FROM generate_series(0, days - 1) i LOOP
    FOREACH parent IN ARRAY ARRAY['ledger_entry', 'content', 'pii_value'] LOOP
      partition_name := parent || '_' || to_char(day, 'YYYYMMDD');
      IF to_regclass(partition_name) IS NULL THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', partition_name, parent,
                       ledger_day_bound(day), ledger_day_bound(day + 1));
        IF parent = 'ledger_entry' THEN
          EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON %I
                          FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()', partition_name);
        END IF;
        made := made + 1;
      END IF;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;

REVOKE ALL ON FUNCTION ledger_ensure_partitions(date, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_ensure_partitions(date, integer) TO palimpsest_writer;

RESET ROLE;
