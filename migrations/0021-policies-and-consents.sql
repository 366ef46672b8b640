-- Policies that are changed while the gateway runs, their versions, and consents.
SET ROLE palimpsest_owner;

-- Every version of a tenant's policy that was in force, by the entry that put it in force: from the file or by the API. What stands
-- here follows from the ledger, in the transaction of the entry.
CREATE TABLE policy_version (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  version text NOT NULL,
  previous_version text,
  -- What changed: the file, or somebody by the API.
  source text NOT NULL CHECK (source IN ('file', 'api')),
  set_by text,
  set_at timestamptz NOT NULL,
  -- As it was sent; NULL: the file's.
  document json,
  -- What follows from it and from the rules for all tenants.
  effective json NOT NULL,
  -- JSON Patch (RFC 6902) from the version before to this one.
  changes json NOT NULL
);
CREATE INDEX policy_version_tenant ON policy_version (tenant_id, id);

-- The newest of each tenant. A policy takes the place of the one that its entry names as related, or does not come into force.
CREATE TABLE tenant_policy (
  tenant_id text PRIMARY KEY,
  version_id uuid NOT NULL,
  -- What was set by the API and holds in the place of the file's; NULL: the file's holds.
  document json,
  -- SHA-256 in hex of what the file said then.
  file_digest text
);

-- One more with each change of what was set by the API.
CREATE TABLE policy_change (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  change bigint NOT NULL
);
INSERT INTO policy_change (change) VALUES (1);

CREATE FUNCTION policy_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  said json := NEW.detail::json;
  -- An entry that has no such field changes nothing of what was set by the API.
  sets boolean := (said -> 'document') IS NOT NULL;
  given json := CASE WHEN json_typeof(said -> 'document') <> 'null' THEN said -> 'document' END;
BEGIN
  INSERT INTO tenant_policy AS held (tenant_id, version_id, document, file_digest)
  VALUES (NEW.tenant_id, NEW.id, given, said ->> 'file_digest')
  ON CONFLICT (tenant_id) DO UPDATE
    SET version_id = NEW.id,
        document = CASE WHEN sets THEN given ELSE held.document END,
        file_digest = CASE WHEN sets THEN excluded.file_digest ELSE held.file_digest END
    WHERE held.version_id = NEW.related_entry;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the policy was changed meanwhile' USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  INSERT INTO policy_version (id, tenant_id, version, previous_version, source, set_by, set_at, document, effective, changes)
  SELECT NEW.id, NEW.tenant_id, NEW.policy_version, said ->> 'previous_version', said ->> 'source', NEW.api_key_id, NEW.occurred_at,
         document, said -> 'policy', said -> 'changes'
  FROM tenant_policy WHERE tenant_id = NEW.tenant_id;
  IF sets THEN
    UPDATE policy_change SET change = change + 1;
    PERFORM pg_notify('palimpsest_policies', '');
  END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION policy_follow() FROM PUBLIC;

CREATE CONSTRAINT TRIGGER policy_follows AFTER INSERT ON ledger_entry DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.kind = 'policy' AND NEW.status = 'in_force' AND (NEW.detail::json -> 'changes') IS NOT NULL)
  EXECUTE FUNCTION policy_follow();

-- What a gateway keeps in memory: the policies of every tenant that were set by the API.
CREATE FUNCTION policies_to_know() RETURNS TABLE (tenant_id text, document json)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT p.tenant_id, p.document FROM tenant_policy p WHERE p.document IS NOT NULL
$$;
REVOKE ALL ON FUNCTION policies_to_know() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION policies_to_know() TO palimpsest_gateway;
GRANT SELECT ON policy_version, tenant_policy, policy_change TO palimpsest_gateway;

-- A consent's id is the id of the entry that put it on record. Who gave it is a pseudonym, and so is the id as requests of that person
-- name it: it is keyed with a secret that goes when the person is erased.
CREATE TABLE consent (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  subject_pseudonym text NOT NULL,
  consent_pseudonym text NOT NULL,
  -- What it is for: tools, or a purpose.
  tools text[],
  purpose text,
  app text NOT NULL,
  given_by text NOT NULL,
  given_at timestamptz NOT NULL,
  expires_at timestamptz,
  withdrawn_by text,
  withdrawn_at timestamptz,
  CHECK ((tools IS NULL) <> (purpose IS NULL)),
  CHECK ((withdrawn_by IS NULL) = (withdrawn_at IS NULL)),
  UNIQUE (subject_pseudonym, consent_pseudonym)
);

CREATE FUNCTION consent_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  said jsonb := NEW.detail::jsonb;
BEGIN
  IF NEW.status = 'consent_given' THEN
    INSERT INTO consent (id, tenant_id, subject_pseudonym, consent_pseudonym, tools, purpose, app, given_by, given_at, expires_at)
    SELECT NEW.id, NEW.tenant_id, NEW.subject_pseudonym, said ->> 'consent_pseudonym',
           CASE WHEN jsonb_typeof(said -> 'tools') = 'array' THEN ARRAY(SELECT jsonb_array_elements_text(said -> 'tools')) END,
           said ->> 'purpose', NEW.app, NEW.api_key_id, NEW.occurred_at, (said ->> 'expires_at')::timestamptz
    FROM data_subject d
    WHERE d.pseudonym = NEW.subject_pseudonym AND d.tenant_id = NEW.tenant_id AND d.erased_at IS NULL
    FOR SHARE OF d;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'the person was erased meanwhile' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
  ELSE
    UPDATE consent SET withdrawn_by = NEW.api_key_id, withdrawn_at = NEW.occurred_at
    WHERE id = NEW.related_entry AND tenant_id = NEW.tenant_id AND withdrawn_at IS NULL;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'the consent was withdrawn meanwhile' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
  END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION consent_follow() FROM PUBLIC;

CREATE CONSTRAINT TRIGGER consent_follows AFTER INSERT ON ledger_entry DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.kind = 'administration' AND NEW.status IN ('consent_given', 'consent_withdrawn'))
  EXECUTE FUNCTION consent_follow();

GRANT SELECT ON consent TO palimpsest_gateway;
GRANT SELECT, DELETE ON consent TO palimpsest_eraser;

RESET ROLE;
