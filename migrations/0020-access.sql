-- API keys that are made, rotated and revoked while the gateway runs, and the sessions of people who signed in.
SET ROLE palimpsest_owner;

-- A key's id is the id of the entry that made it. What stands here follows from the ledger, in the transaction of the entry: neither
-- stands without the other. Of the key there is its SHA-256 only: it has 256 random bits, so that nobody finds it by trying, however
-- fast the hash.
CREATE TABLE api_key (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  key_sha256 bytea NOT NULL UNIQUE CHECK (octet_length(key_sha256) = 32),
  roles text[] NOT NULL CHECK (cardinality(roles) > 0),
  app text NOT NULL,
  team text,
  -- What it may be used for; NULL: everything.
  tools text[],
  models text[],
  regions text[],
  limits jsonb,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  -- The key whose place it took, and the one that took its.
  replaces uuid,
  replaced_by uuid,
  revoked_by text,
  revoked_at timestamptz,
  CHECK ((revoked_by IS NULL) = (revoked_at IS NULL))
);
CREATE INDEX api_key_tenant ON api_key (tenant_id, id);

-- One more with each change: gateways that keep keys in memory see by one row whether they still know all.
CREATE TABLE api_key_version (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  version bigint NOT NULL
);
INSERT INTO api_key_version (version) VALUES (1);

CREATE FUNCTION api_key_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  said jsonb := NEW.detail::jsonb;
  given jsonb := said -> 'key';
BEGIN
  IF NEW.status IN ('api_key_created', 'api_key_rotated') THEN
    INSERT INTO api_key (id, tenant_id, key_sha256, roles, app, team, tools, models, regions, limits, created_by, created_at,
                         expires_at, replaces)
    VALUES (NEW.id, NEW.tenant_id, decode(said ->> 'key_sha256', 'hex'),
            ARRAY(SELECT jsonb_array_elements_text(given -> 'roles')), given ->> 'app', given ->> 'team',
            api_key_names(given -> 'tools'), api_key_names(given -> 'models'), api_key_names(given -> 'regions'),
            nullif(given -> 'limits', 'null'::jsonb), NEW.api_key_id, NEW.occurred_at,
            (given ->> 'expires_at')::timestamptz, NEW.related_entry);
  END IF;
  IF NEW.status = 'api_key_rotated' THEN
    UPDATE api_key
    SET replaced_by = NEW.id, expires_at = LEAST(expires_at, (said ->> 'overlap_until')::timestamptz)
    WHERE id = NEW.related_entry AND tenant_id = NEW.tenant_id AND revoked_at IS NULL AND replaced_by IS NULL;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'the key was rotated or revoked meanwhile' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
  ELSIF NEW.status = 'api_key_revoked' THEN
    UPDATE api_key SET revoked_by = NEW.api_key_id, revoked_at = NEW.occurred_at
    WHERE id = NEW.related_entry AND tenant_id = NEW.tenant_id AND revoked_at IS NULL;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'the key was revoked meanwhile' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
  END IF;
  UPDATE api_key_version SET version = version + 1;
  PERFORM pg_notify('palimpsest_api_keys', '');
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION api_key_follow() FROM PUBLIC;

CREATE FUNCTION api_key_names(names jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN jsonb_typeof(names) = 'array' THEN ARRAY(SELECT jsonb_array_elements_text(names)) END
$$;

-- At the end of the transaction, so that the row that counts versions is held for a moment only.
CREATE CONSTRAINT TRIGGER api_key_follows AFTER INSERT ON ledger_entry DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW
  WHEN (NEW.kind = 'administration' AND NEW.status IN ('api_key_created', 'api_key_rotated', 'api_key_revoked'))
  EXECUTE FUNCTION api_key_follow();

-- What a gateway keeps in memory: the keys of every tenant, those that ended long ago left out.
CREATE FUNCTION api_keys_to_know() RETURNS SETOF api_key
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT * FROM api_key
  WHERE coalesce(revoked_at, 'infinity') > now() - interval '30 days'
    AND coalesce(expires_at, 'infinity') > now() - interval '30 days'
$$;

-- Which of these are keys of this table, whoever's and ended or not: the configuration may not have them, too.
CREATE FUNCTION api_keys_known(hashes bytea[]) RETURNS SETOF bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT key_sha256 FROM api_key WHERE key_sha256 = ANY(hashes)
$$;

REVOKE ALL ON FUNCTION api_keys_to_know(), api_keys_known(bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION api_keys_to_know(), api_keys_known(bytea[]) TO palimpsest_gateway;
GRANT SELECT ON api_key, api_key_version TO palimpsest_gateway;

-- Who is signed in with a browser. The cookie's value is here as its SHA-256; who it is, as a pseudonym.
CREATE TABLE person_session (
  session_sha256 bytea PRIMARY KEY CHECK (octet_length(session_sha256) = 32),
  tenant_id text NOT NULL,
  person text NOT NULL,
  roles text[] NOT NULL CHECK (cardinality(roles) > 0),
  app text NOT NULL,
  team text,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL CHECK (expires_at > created_at)
);
CREATE INDEX person_session_expiry ON person_session (expires_at);
GRANT INSERT ON person_session TO palimpsest_gateway;

-- By the cookie alone: whose it is comes with it.
CREATE FUNCTION person_session_of(cookie_sha256 bytea) RETURNS SETOF person_session
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT * FROM person_session WHERE session_sha256 = cookie_sha256 AND expires_at > now()
$$;

CREATE FUNCTION end_person_session(cookie_sha256 bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DELETE FROM person_session WHERE session_sha256 = cookie_sha256
$$;

CREATE FUNCTION remove_ended_person_sessions() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH gone AS (DELETE FROM person_session WHERE expires_at <= now() RETURNING 1) SELECT count(*) FROM gone
$$;

REVOKE ALL ON FUNCTION person_session_of(bytea), end_person_session(bytea), remove_ended_person_sessions() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION person_session_of(bytea), end_person_session(bytea), remove_ended_person_sessions()
  TO palimpsest_gateway;

RESET ROLE;
