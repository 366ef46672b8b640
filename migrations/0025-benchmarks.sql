-- Benchmarks of models, as their entries state them: what hints stand on outlives the hot window of entries. Figures, names of
-- models and digests; never a question or an answer.
SET ROLE palimpsest_owner;

-- The id is the entry's. Who runs the same run again is told what there is.
CREATE TABLE benchmark (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  run uuid NOT NULL,
  made_by text NOT NULL,
  made_at timestamptz NOT NULL,
  detail text NOT NULL,
  UNIQUE (tenant_id, run)
);
CREATE INDEX benchmark_tenant ON benchmark (tenant_id, id);

-- What the table says follows from the ledger, in the transaction of the entry. Of two entries of one run the first counts.
CREATE FUNCTION benchmark_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO benchmark (id, tenant_id, run, made_by, made_at, detail)
  VALUES (NEW.id, NEW.tenant_id, (NEW.detail::jsonb ->> 'run')::uuid, NEW.api_key_id, NEW.occurred_at, NEW.detail)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION benchmark_follow() FROM PUBLIC;

CREATE TRIGGER benchmark_follows AFTER INSERT ON ledger_entry
  FOR EACH ROW WHEN (NEW.kind = 'report' AND NEW.status = 'benchmark') EXECUTE FUNCTION benchmark_follow();

GRANT SELECT ON benchmark TO palimpsest_gateway;

RESET ROLE;
