-- Days that are over: sealed, so that nothing appears in them any more, and dropped once everything in them that may leave the
-- database is in the archive. A refusal has the SQLSTATE PA001 and its code as the hint; an entry that comes too late has PA002.
SET ROLE palimpsest_owner;

-- The smallest UUIDv7 of a moment.
CREATE FUNCTION ledger_time_bound(at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- Whether a request with this id may be accepted now: its day is not sealed for two days more, and the clocks do not differ much.
CREATE FUNCTION ledger_is_now(id uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT id >= ledger_time_bound(now() - interval '24 hours') AND id < ledger_time_bound(now() + interval '5 minutes')
$$;

-- A gateway whose clock is ahead would fill days that are not there yet, and one that is sealed by the time it is right again.
ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_not_ahead
  CHECK (id < ledger_time_bound(now() + interval '5 minutes')) NOT VALID;

-- The entry of kind archive, status dropped, that says of a tenant that a day leaves the database: its id and the number of its
-- receipt are noted before it is appended. anchored_at: its leaf is under an anchor.
CREATE TABLE archive_receipt (
  day date NOT NULL,
  tenant_id text NOT NULL,
  entry_id uuid NOT NULL UNIQUE,
  receipt_number integer NOT NULL,
  anchored_at timestamptz,
  PRIMARY KEY (day, tenant_id),
  UNIQUE (tenant_id, receipt_number)
);
GRANT SELECT, INSERT, UPDATE ON archive_receipt TO palimpsest_archivist;
GRANT SELECT ON archive_receipt TO palimpsest_gateway, palimpsest_eraser;
GRANT SELECT ON erasure_case TO palimpsest_archivist;
CREATE INDEX ledger_entry_archived ON ledger_entry (tenant_id, id) WHERE kind = 'archive';

CREATE FUNCTION archive_refuse(code text, words text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', words USING ERRCODE = 'PA001', HINT = code;
END $$;

CREATE FUNCTION archive_refuse_late_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the day of % is sealed', TG_TABLE_NAME USING ERRCODE = 'PA002', HINT = 'day_sealed';
END $$;

-- What stays in the database for as long as proofs do: what explains other entries, and what a writer's signatures hang on.
CREATE FUNCTION archive_keeps(kind text, retention_class text, writer_seq bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT retention_class = 'proof' OR writer_seq = 0
    OR kind IN ('erasure', 'hold', 'archive', 'policy', 'administration', 'recovery')
$$;

-- Days of a class in the database; NULL: nobody said. standard_hot: by tenant, what its entries of class standard follow.
CREATE FUNCTION archive_hot_days(retention_class text, tenant text, standard_hot jsonb) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT greatest(3, CASE
    WHEN retention_class ~ '^\d{1,5}-\d{1,5}-\d{1,5}$' THEN split_part(retention_class, '-', 1)::integer
    ELSE (standard_hot ->> tenant)::integer END)
  WHERE retention_class ~ '^\d{1,5}-\d{1,5}-\d{1,5}$' OR (retention_class = 'standard' AND standard_hot ? tenant)
$$;

-- When the last entry of a day has been in the database for so many days.
CREATE FUNCTION archive_hot_until(day date, hot_days integer) RETURNS timestamptz LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT (day + 1 + hot_days)::timestamp AT TIME ZONE 'UTC'
$$;

-- What changes when a hold is placed or released.
CREATE FUNCTION archive_holds() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(string_agg(id::text, ',' ORDER BY id), '') FROM legal_hold WHERE released_at IS NULL
$$;

CREATE FUNCTION archive_partition(parent text, day date) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT parent || '_' || to_char(day, 'YYYYMMDD')
$$;

CREATE FUNCTION archive_seal_partition(partition_name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER day_sealed BEFORE INSERT ON %I FOR EACH ROW EXECUTE FUNCTION archive_refuse_late_entry()',
                 partition_name);
END $$;

-- Whether an entry of the day may still come that nobody has refused: NULL, or why.
CREATE FUNCTION archive_still_open(day date) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  low uuid := ledger_day_bound(day);
  below uuid := ledger_day_bound(day + 1);
BEGIN
  IF (day + 1)::timestamp AT TIME ZONE 'UTC' + interval '48 hours' > now() THEN
    RETURN 'not_over';
  ELSIF EXISTS (SELECT FROM inbox WHERE request_id >= low AND request_id < below) THEN
    RETURN 'requests_in_flight';
  ELSIF EXISTS (SELECT FROM ledger_pending WHERE entry_id >= low AND entry_id < below) THEN
    RETURN 'leaves_pending';
  ELSIF EXISTS (
    SELECT FROM subject_export s WHERE s.state IN ('pending', 'running') AND s.disclosure_id >= low AND s.disclosure_id < below
      AND NOT EXISTS (SELECT FROM ledger_entry e WHERE e.id = s.disclosure_id)) THEN
    RETURN 'export_open';
  ELSIF EXISTS (
    SELECT FROM erasure_case c, unnest(c.announced_also || ARRAY[c.announced_by, c.decided_by, c.ended_by]) reserved (id)
    WHERE c.ended_at IS NULL AND reserved.id >= low AND reserved.id < below
      AND NOT EXISTS (SELECT FROM ledger_entry e WHERE e.id = reserved.id)) THEN
    RETURN 'erasure_open';
  END IF;
  RETURN NULL;
END $$;

-- True: it is sealed now; false: it was before.
CREATE FUNCTION archive_seal_day(day date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '500ms' AS $$
#variable_conflict use_variable
DECLARE
  why text;
  parent text;
BEGIN
  PERFORM pg_advisory_xact_lock(7010212027);
  IF EXISTS (SELECT FROM archive_day a WHERE a.day = archive_seal_day.day) THEN
    RETURN false;
  END IF;
  IF to_regclass(archive_partition('ledger_entry', day)) IS NULL OR to_regclass(archive_partition('content', day)) IS NULL
     OR to_regclass(archive_partition('pii_value', day)) IS NULL THEN
    PERFORM archive_refuse('no_partition', 'there is no such day in the database');
  END IF;
  -- Cheap, before anybody has to wait.
  why := archive_still_open(day);
  IF why IS NULL THEN
    -- Waits out who writes just now; behind it nobody else begins. What they wrote is seen by the statements below.
    EXECUTE format('LOCK TABLE %I, %I, %I IN SHARE ROW EXCLUSIVE MODE', archive_partition('ledger_entry', day),
                   archive_partition('content', day), archive_partition('pii_value', day));
    why := archive_still_open(day);
  END IF;
  IF why IS NOT NULL THEN
    PERFORM archive_refuse(why, 'the day cannot be sealed yet');
  END IF;
  FOREACH parent IN ARRAY ARRAY['ledger_entry', 'content', 'pii_value'] LOOP
    PERFORM archive_seal_partition(archive_partition(parent, day));
  END LOOP;
  INSERT INTO archive_day (day, sealed_at) VALUES (day, now());
  RETURN true;
END $$;

-- Why a day may not be dropped, the first that is found: NULL where it may. The receipts come last: nothing is announced of a day
-- that something else keeps.
CREATE FUNCTION archive_not_droppable(day date, standard_hot jsonb) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  low uuid := ledger_day_bound(day);
  below uuid := ledger_day_bound(day + 1);
  one record;
  hot integer;
BEGIN
  FOR one IN
    SELECT e.tenant_id, e.retention_class, count(*) AS entries FROM ledger_entry e
    WHERE e.id >= low AND e.id < below AND e.retention_class <> 'proof' GROUP BY 1, 2 ORDER BY 1, 2
  LOOP
    hot := archive_hot_days(one.retention_class, one.tenant_id, standard_hot);
    IF hot IS NULL THEN
      RETURN 'policy_unknown';
    ELSIF archive_hot_until(day, hot) > now() THEN
      RETURN 'still_hot';
    ELSIF NOT EXISTS (
      SELECT FROM archive_period p WHERE p.tenant_id = one.tenant_id AND p.retention_class = one.retention_class
        AND p.from_day = archive_not_droppable.day AND p.below_day = archive_not_droppable.day + 1) THEN
      RETURN 'not_archived';
    ELSIF NOT EXISTS (
      SELECT FROM archive_period p WHERE p.tenant_id = one.tenant_id AND p.retention_class = one.retention_class
        AND p.from_day = archive_not_droppable.day AND p.entries = one.entries) THEN
      RETURN 'other_count';
    ELSIF NOT EXISTS (
      SELECT FROM archive_period p WHERE p.tenant_id = one.tenant_id AND p.retention_class = one.retention_class
        AND p.from_day = archive_not_droppable.day AND (p.expired_at IS NOT NULL OR (
          EXISTS (SELECT FROM archive_object o WHERE o.period_id = p.id AND o.part = 'facts' AND o.state = 'stored'
                  AND o.entries = one.entries)
          AND EXISTS (SELECT FROM archive_object o WHERE o.period_id = p.id AND o.part = 'manifest' AND o.state = 'stored')))) THEN
      RETURN 'not_stored';
    ELSIF NOT EXISTS (
      SELECT FROM archive_period p JOIN ledger_entry e ON e.id = p.manifest_entry
      WHERE p.tenant_id = one.tenant_id AND p.retention_class = one.retention_class
        AND p.from_day = archive_not_droppable.day
        AND e.kind = 'archive' AND e.status IN ('archived', 'superseded') AND e.tenant_id = one.tenant_id) THEN
      RETURN 'not_recorded';
    ELSIF NOT EXISTS (
      SELECT FROM archive_period p JOIN ledger_leaf l ON l.entry_id = p.manifest_entry
        JOIN ledger_checkpoint k ON k.log_id = l.log_id AND k.tree_size > l.leaf_index
      WHERE p.tenant_id = one.tenant_id AND p.retention_class = one.retention_class
        AND p.from_day = archive_not_droppable.day AND p.anchored_at IS NOT NULL) THEN
      RETURN 'not_anchored';
    END IF;
  END LOOP;
  -- An entry that nobody gave a leaf proves nothing in the archive either.
  IF EXISTS (SELECT FROM ledger_entry e WHERE e.id >= low AND e.id < below
             AND NOT EXISTS (SELECT FROM ledger_leaf l WHERE l.entry_id = e.id)) THEN
    RETURN 'leaf_missing';
  ELSIF archive_still_open(day) IS NOT NULL THEN
    RETURN archive_still_open(day);
  ELSIF EXISTS (
    SELECT FROM pii_value v JOIN ledger_entry e ON e.id = v.entry_id AND e.id >= low AND e.id < below
    WHERE v.entry_id >= low AND v.entry_id < below AND archive_is_held(e.tenant_id, e.subject_pseudonym, e.occurred_at)) THEN
    RETURN 'values_held';
  END IF;
  FOR one IN
    SELECT e.tenant_id FROM ledger_entry e WHERE e.id >= low AND e.id < below
      AND NOT archive_keeps(e.kind, e.retention_class, e.writer_seq) GROUP BY 1 ORDER BY 1
  LOOP
    IF NOT EXISTS (
      SELECT FROM archive_receipt r JOIN ledger_entry e ON e.id = r.entry_id
      WHERE r.day = archive_not_droppable.day AND r.tenant_id = one.tenant_id
        AND e.tenant_id = one.tenant_id AND e.kind = 'archive' AND e.status = 'dropped'
        AND (e.detail::jsonb #>> '{receipt,from_id}')::uuid <= low
        AND (e.detail::jsonb #>> '{receipt,below_id}')::uuid >= below
        AND (e.detail::jsonb #>> '{receipt,number}')::integer = r.receipt_number) THEN
      RETURN 'no_receipt';
    ELSIF NOT EXISTS (
      SELECT FROM archive_receipt r JOIN ledger_leaf l ON l.entry_id = r.entry_id
        JOIN ledger_checkpoint k ON k.log_id = l.log_id AND k.tree_size > l.leaf_index
      WHERE r.day = archive_not_droppable.day AND r.tenant_id = one.tenant_id AND r.anchored_at IS NOT NULL) THEN
      RETURN 'receipt_not_anchored';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;

-- Whether a hold in force covers an entry.
CREATE FUNCTION archive_is_held(tenant text, pseudonym text, at timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM legal_hold h WHERE h.tenant_id = tenant AND h.released_at IS NULL AND CASE
      WHEN h.subject_pseudonym IS NOT NULL THEN h.subject_pseudonym = pseudonym
      WHEN h.from_at IS NULL THEN true
      ELSE at >= h.from_at AND at < h.to_at
    END)
$$;

-- True: the day has left the database; false: it had before. What stays is copied to tables of the same range.
CREATE FUNCTION archive_drop_day(day date, standard_hot jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '500ms' AS $$
#variable_conflict use_variable
DECLARE
  low uuid := ledger_day_bound(day);
  below uuid := ledger_day_bound(day + 1);
  parent text;
  name text;
  why text;
  holds text;
  dropped timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock(7010212027);
  SELECT a.dropped_at INTO dropped FROM archive_day a WHERE a.day = archive_drop_day.day;
  IF NOT FOUND THEN
    PERFORM archive_refuse('not_sealed', 'the day is not sealed');
  ELSIF dropped IS NOT NULL THEN
    RETURN false;
  END IF;
  -- Nothing is written or locked while the day is looked through, which takes a while.
  holds := archive_holds();
  why := archive_not_droppable(day, standard_hot);
  IF why IS NOT NULL THEN
    PERFORM archive_refuse(why, 'the day may not leave the database');
  END IF;
  FOREACH parent IN ARRAY ARRAY['ledger_entry', 'content', 'pii_value'] LOOP
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)',
                   archive_partition(parent, day) || '_kept', parent);
  END LOOP;
  EXECUTE format('INSERT INTO %I SELECT e.* FROM %I e WHERE archive_keeps(e.kind, e.retention_class, e.writer_seq)',
                 archive_partition('ledger_entry', day) || '_kept', archive_partition('ledger_entry', day));
  -- From here on nobody reads or writes, for as long as catalogues and a few rows take.
  LOCK TABLE ledger_entry, content, pii_value IN ACCESS EXCLUSIVE MODE;
  IF archive_holds() <> holds THEN
    PERFORM archive_refuse('holds_changed', 'a hold was placed or released in this moment');
  END IF;
  EXECUTE format('INSERT INTO %I SELECT c.* FROM %I c WHERE c.entry_id IN (SELECT id FROM %I)',
                 archive_partition('content', day) || '_kept', archive_partition('content', day),
                 archive_partition('ledger_entry', day) || '_kept');
  FOREACH parent IN ARRAY ARRAY['ledger_entry', 'content', 'pii_value'] LOOP
    name := archive_partition(parent, day);
    EXECUTE format('DROP TABLE %I', name);
    EXECUTE format('ALTER TABLE %I RENAME TO %I', name || '_kept', name);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, name, low, below);
    PERFORM archive_seal_partition(name);
  END LOOP;
  EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()',
                 archive_partition('ledger_entry', day));
  UPDATE archive_day SET dropped_at = now() WHERE archive_day.day = archive_drop_day.day;
  RETURN true;
END $$;

-- Detected values of a tenant that are past the hot window of their entries' class and under no hold, of one day: at most so
-- many at once. Gives how many were deleted.
CREATE FUNCTION archive_expire_values(tenant text, day date, standard_hot jsonb, at_once integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
  low uuid := ledger_day_bound(day);
  below uuid := ledger_day_bound(day + 1);
  gone integer;
BEGIN
  DELETE FROM pii_value v USING (
    SELECT v.entry_id, v.placeholder FROM pii_value v JOIN ledger_entry e ON e.id = v.entry_id
    WHERE v.entry_id >= low AND v.entry_id < below AND e.id >= low AND e.id < below
      AND v.tenant_id = tenant AND e.tenant_id = tenant
      AND archive_hot_until(day, archive_hot_days(e.retention_class, tenant, standard_hot)) <= now()
      AND NOT archive_is_held(e.tenant_id, e.subject_pseudonym, e.occurred_at)
    LIMIT at_once) due
  WHERE v.entry_id = due.entry_id AND v.placeholder = due.placeholder AND v.entry_id >= low AND v.entry_id < below;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;

-- Days that have partitions, in order, and the database's own time.
CREATE FUNCTION archive_days() RETURNS TABLE (day date, sealed_at timestamptz, dropped_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT d.day, a.sealed_at, a.dropped_at FROM (
    SELECT to_date(right(c.relname, 8), 'YYYYMMDD') AS day FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
    WHERE i.inhparent = 'ledger_entry'::regclass AND c.relname ~ '^ledger_entry_\d{8}$') d
  LEFT JOIN archive_day a ON a.day = d.day
  ORDER BY 1
$$;

DO $$
DECLARE
  signature text;
BEGIN
  FOREACH signature IN ARRAY ARRAY['archive_refuse(text, text)', 'archive_refuse_late_entry()', 'archive_seal_partition(text)',
    'archive_still_open(date)', 'archive_not_droppable(date, jsonb)', 'archive_is_held(text, text, timestamptz)',
    'archive_keeps(text, text, bigint)', 'archive_hot_days(text, text, jsonb)', 'archive_partition(text, date)',
    'archive_seal_day(date)', 'archive_drop_day(date, jsonb)', 'archive_expire_values(text, date, jsonb, integer)',
    'archive_days()'] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', signature);
  END LOOP;
  FOREACH signature IN ARRAY ARRAY['archive_seal_day(date)', 'archive_drop_day(date, jsonb)',
    'archive_expire_values(text, date, jsonb, integer)', 'archive_days()', 'archive_not_droppable(date, jsonb)',
    'archive_keeps(text, text, bigint)'] LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO palimpsest_archivist', signature);
  END LOOP;
END $$;

RESET ROLE;
