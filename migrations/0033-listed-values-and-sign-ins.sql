-- What people list in a policy (values that are never or always redacted, patterns) is sealed, and labels stand in entries and
-- versions. Signing in and out is an entry, too.
SET ROLE palimpsest_owner;

-- The values of the newest, by their labels, as they were sealed for the content of its entry. They decide what is redacted, so they
-- stay here when that content goes.
ALTER TABLE tenant_policy ADD COLUMN sealed_values bytea;

CREATE OR REPLACE FUNCTION policy_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  said json := NEW.detail::json;
  -- An entry that has no such field changes nothing of what was set by the API.
  sets boolean := (said -> 'document') IS NOT NULL;
  given json := CASE WHEN json_typeof(said -> 'document') <> 'null' THEN said -> 'document' END;
  listed bytea := (SELECT c.sealed_prompt FROM content c WHERE c.entry_id = NEW.id);
BEGIN
  INSERT INTO tenant_policy AS held (tenant_id, version_id, document, file_digest, sealed_values)
  VALUES (NEW.tenant_id, NEW.id, given, said ->> 'file_digest', listed)
  ON CONFLICT (tenant_id) DO UPDATE
    SET version_id = NEW.id,
        document = CASE WHEN sets THEN given ELSE held.document END,
        file_digest = CASE WHEN sets THEN excluded.file_digest ELSE held.file_digest END,
        sealed_values = excluded.sealed_values
    WHERE held.version_id = NEW.related_entry;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the policy was changed meanwhile' USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  INSERT INTO policy_version (id, tenant_id, version, previous_version, source, set_by, set_at, document, effective, changes)
  SELECT NEW.id, NEW.tenant_id, NEW.policy_version, said ->> 'previous_version', said ->> 'source', NEW.api_key_id, NEW.occurred_at,
         document, said -> 'policy', said -> 'changes'
  FROM tenant_policy WHERE tenant_id = NEW.tenant_id;
  -- Also where the file was changed: every gateway takes over the labels.
  UPDATE policy_change SET change = change + 1;
  PERFORM pg_notify('palimpsest_policies', '');
  RETURN NULL;
END $$;

DROP FUNCTION policies_to_know();
-- What a gateway keeps in memory: the policies of every tenant that were set by the API, and the values that are listed in any.
CREATE FUNCTION policies_to_know() RETURNS TABLE (tenant_id text, version_id uuid, document json, sealed_values bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT p.tenant_id, p.version_id, p.document, p.sealed_values FROM tenant_policy p
  WHERE p.document IS NOT NULL OR p.sealed_values IS NOT NULL
$$;
REVOKE ALL ON FUNCTION policies_to_know() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION policies_to_know() TO palimpsest_service;

-- A session's id is the id of the entry that opened it; NULL: it is older than that. Nobody else opens or ends one.
ALTER TABLE person_session ADD COLUMN id uuid UNIQUE;
REVOKE INSERT ON person_session FROM palimpsest_gateway;

CREATE FUNCTION person_session_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  said jsonb := NEW.detail::jsonb;
BEGIN
  IF NEW.status = 'signed_in' THEN
    INSERT INTO person_session (session_sha256, tenant_id, person, roles, app, team, created_at, expires_at, id)
    VALUES (decode(said ->> 'session_sha256', 'hex'), NEW.tenant_id, NEW.api_key_id,
            ARRAY(SELECT jsonb_array_elements_text(said -> 'roles')), NEW.app, NEW.team, NEW.occurred_at,
            (said ->> 'expires_at')::timestamptz, NEW.id);
  ELSE
    DELETE FROM person_session WHERE id = NEW.related_entry AND tenant_id = NEW.tenant_id;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'the session was ended meanwhile' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
  END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION person_session_follow() FROM PUBLIC;

CREATE CONSTRAINT TRIGGER person_session_follows AFTER INSERT ON ledger_entry DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.kind = 'administration' AND NEW.status IN ('signed_in', 'signed_out'))
  EXECUTE FUNCTION person_session_follow();

RESET ROLE;
