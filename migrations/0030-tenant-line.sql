-- The tenant line: whoever is connected as the gateway's login sees the rows of one tenant, the one that the transaction has named in
-- palimpsest.tenant, and without a name none. Work for all tenants (requests, leaves, erasures, archives) says so by the role
-- palimpsest_service, which its connections take when they are made. The owner, whose functions keep the tables that follow from
-- entries, is not bound by it, and cannot log in.
DO $$
BEGIN
  PERFORM pg_advisory_xact_lock(7010212026);
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'palimpsest_service') THEN
    CREATE ROLE palimpsest_service NOLOGIN INHERIT;
  END IF;
END $$;
GRANT palimpsest_gateway, palimpsest_writer, palimpsest_sequencer TO palimpsest_service WITH INHERIT TRUE;
GRANT palimpsest_service TO palimpsest_app WITH INHERIT FALSE, SET TRUE;
GRANT USAGE ON SCHEMA public TO palimpsest_service;

SET ROLE palimpsest_owner;

-- The tenant of this transaction; NULL, which is nobody's, where none was named.
CREATE FUNCTION palimpsest_tenant() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT nullif(current_setting('palimpsest.tenant', true), '')
$$;

-- The logs of this transaction's tenant.
CREATE FUNCTION palimpsest_logs() RETURNS bytea[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN ARRAY(SELECT log_id FROM ledger_log WHERE tenant_id = palimpsest_tenant());
END $$;

-- Whether a row belongs to this transaction's tenant, where the row itself does not say whose it is. Functions, so that a statement
-- that works for all tenants locks and plans nothing for a question that it need not ask.
CREATE FUNCTION palimpsest_owns_entry(entry uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM ledger_entry WHERE id = entry AND tenant_id = palimpsest_tenant());
END $$;

CREATE FUNCTION palimpsest_owns_request(request uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM inbox WHERE request_id = request AND tenant_id = palimpsest_tenant());
END $$;

CREATE FUNCTION palimpsest_owns_case(erasure uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM erasure_case WHERE id = erasure AND tenant_id = palimpsest_tenant());
END $$;

CREATE FUNCTION palimpsest_owns_period(period uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM archive_period WHERE id = period AND tenant_id = palimpsest_tenant());
END $$;

CREATE FUNCTION palimpsest_owns_export(export uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM subject_export WHERE id = export AND tenant_id = palimpsest_tenant());
END $$;

-- Draws the line on a table. A later migration calls it for each table that it makes. Who works for all tenants is not asked
-- anything: the planner sees that true is enough.
CREATE FUNCTION palimpsest_draw_tenant_line(line_of regclass, whose text DEFAULT 'tenant_id = palimpsest_tenant()') RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', line_of);
  EXECUTE format('CREATE POLICY tenant_line ON %s USING (%s) WITH CHECK (%s)', line_of, whose, whose);
  EXECUTE format('CREATE POLICY every_tenant ON %s TO palimpsest_service, palimpsest_eraser, palimpsest_archivist
                  USING (true) WITH CHECK (true)', line_of);
END $$;
REVOKE ALL ON FUNCTION palimpsest_draw_tenant_line(regclass, text) FROM PUBLIC;

DO $$
DECLARE
  one record;
BEGIN
  FOR one IN
    SELECT c.oid::regclass AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND a.attname = 'tenant_id' AND NOT a.attisdropped
    ORDER BY c.relname
  LOOP
    PERFORM palimpsest_draw_tenant_line(one.name);
  END LOOP;
  FOR one IN
    SELECT * FROM (VALUES
      ('content', 'palimpsest_owns_entry(entry_id)'),
      ('ledger_leaf', 'log_id = ANY ((SELECT palimpsest_logs())::bytea[])'),
      ('ledger_subtree', 'log_id = ANY ((SELECT palimpsest_logs())::bytea[])'),
      ('ledger_batch', 'log_id = ANY ((SELECT palimpsest_logs())::bytea[])'),
      ('ledger_checkpoint', 'log_id = ANY ((SELECT palimpsest_logs())::bytea[])'),
      ('ledger_pending', 'log_id = ANY ((SELECT palimpsest_logs())::bytea[])'),
      ('ledger_key_rotation', 'log_id = ANY ((SELECT palimpsest_logs())::bytea[])'),
      ('attempt', 'palimpsest_owns_request(request_id)'),
      ('attempt_chunk', 'palimpsest_owns_request(request_id)'),
      ('erasure_subject', 'palimpsest_owns_case(case_id)'),
      ('erasure_value', 'palimpsest_owns_case(case_id)'),
      ('erasure_cut', 'palimpsest_owns_case(case_id)'),
      ('archive_object', 'palimpsest_owns_period(period_id)'),
      ('archive_person', 'palimpsest_owns_period(period_id)'),
      ('subject_export_part', 'palimpsest_owns_export(export_id)')) AS t (name, whose)
  LOOP
    PERFORM palimpsest_draw_tenant_line(one.name::regclass, one.whose);
  END LOOP;
  -- What does not say whose it is, work for all tenants keeps. Which migrations there were and which days are sealed is no tenant's.
  FOR one IN
    SELECT c.oid::regclass AS name FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT c.relrowsecurity
      AND c.relname NOT IN ('palimpsest_migration', 'archive_day')
    ORDER BY c.relname
  LOOP
    PERFORM palimpsest_draw_tenant_line(one.name, 'false');
  END LOOP;
END $$;

-- Functions of the owner see every tenant: who may call them works for all.
DO $$
DECLARE
  one record;
BEGIN
  FOR one IN
    SELECT p.oid::regprocedure AS signature FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND p.prorettype <> 'trigger'::regtype
      AND p.proname NOT LIKE 'palimpsest\_%'
      AND EXISTS (SELECT FROM unnest(ARRAY['palimpsest_gateway', 'palimpsest_writer', 'palimpsest_sequencer']) g (name)
                  WHERE has_function_privilege(g.name, p.oid, 'EXECUTE'))
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, palimpsest_gateway, palimpsest_writer, palimpsest_sequencer',
                   one.signature);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO palimpsest_service', one.signature);
  END LOOP;
END $$;

-- The audit view runs as its owner. The auditor's login sees all tenants, and so does who works for all; the gateway's login sees
-- what the line leaves it, and the barrier keeps the rest out of what its conditions are tried on.
CREATE FUNCTION palimpsest_sees_every_tenant() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT pg_has_role(current_user, 'palimpsest_auditor', 'USAGE') OR pg_has_role(current_user, 'palimpsest_service', 'USAGE')
$$;

CREATE OR REPLACE VIEW llm_interaction_audit WITH (security_barrier) AS
SELECT
  e.id,
  e.occurred_at AS event_timestamp,
  e.tenant_id::varchar(255) AS tenant_id,
  (CASE WHEN s.erased_at IS NULL THEN e.subject_pseudonym END)::varchar(255) AS user_id,
  e.session_pseudonym::varchar(255) AS session_id,
  coalesce(e.provider, 'none')::varchar(50) AS provider,
  coalesce(e.model_answered, e.model_asked, 'none')::varchar(100) AS model,
  e.prompt_commitment AS prompt_hash,
  coalesce(e.prompt_tokens, 0) AS prompt_tokens,
  coalesce(e.response_tokens, 0) AS response_tokens,
  coalesce(e.cost_usd, 0)::numeric(10, 6) AS total_cost,
  coalesce(e.tool, 'default')::varchar(255) AS tool_name,
  e.feature::varchar(255) AS feature_name,
  e.has_pii AS has_pii_detected,
  e.pii_redacted AS pii_redacted_before_llm,
  coalesce(s.erasure_token, e.subject_pseudonym)::varchar(255) AS gdpr_pseudonymized_user_key,
  e.hipaa_route AS hipaa_compliant_route,
  e.response_commitment AS response_hash,
  CASE WHEN s.erased_at IS NOT NULL THEN '[DATA ERASED PER GDPR ARTICLE 17]'
       WHEN e.response_blob_digest IS NOT NULL THEN '[SEALED]' END AS response_preview,
  CASE WHEN s.erased_at IS NOT NULL THEN '[DATA ERASED PER GDPR ARTICLE 17]'
       WHEN e.prompt_blob_digest IS NOT NULL THEN '[SEALED]' END AS full_prompt_text,
  CASE WHEN s.erased_at IS NOT NULL THEN '[DATA ERASED PER GDPR ARTICLE 17]'
       WHEN e.response_blob_digest IS NOT NULL THEN '[SEALED]' END AS full_response_text,
  e.id::text::varchar(255) AS request_id,
  e.status_code,
  e.latency_ms,
  CASE WHEN s.erased_at IS NOT NULL THEN '[DATA ERASED PER GDPR ARTICLE 17]'
       WHEN e.prompt_blob_digest IS NOT NULL THEN '[SEALED]' END AS prompt_preview
FROM ledger_entry e
LEFT JOIN data_subject s ON s.pseudonym = e.subject_pseudonym
WHERE e.kind IN ('interaction', 'refusal')
  AND ((SELECT palimpsest_sees_every_tenant()) OR e.tenant_id = (SELECT palimpsest_tenant()));

RESET ROLE;
