-- The keystore: wrapped keys only, in a database (or at least a schema) and with backups of its own.
-- What unwraps them lives in the KMS and never here.
DO $$
BEGIN
  PERFORM pg_advisory_xact_lock(7010212026);
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'palimpsest_keystore_owner') THEN
    CREATE ROLE palimpsest_keystore_owner NOLOGIN NOINHERIT;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'palimpsest_keys') THEN
    CREATE ROLE palimpsest_keys LOGIN INHERIT;
  END IF;
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    EXECUTE format('GRANT palimpsest_keystore_owner TO %I', current_user);
  END IF;
END $$;

CREATE SCHEMA keystore AUTHORIZATION palimpsest_keystore_owner;
SET ROLE palimpsest_keystore_owner;

-- Key-encryption-key epochs of a tenant: the name of the key in the KMS, never the key.
CREATE TABLE keystore.key_epoch (
  tenant_id text NOT NULL,
  epoch integer NOT NULL CHECK (epoch >= 1),
  kms_key_ref text NOT NULL,
  state text NOT NULL CHECK (state IN ('active', 'retired', 'destroyed')),
  created_at timestamptz NOT NULL,
  destroyed_at timestamptz,
  PRIMARY KEY (tenant_id, epoch)
);

-- Data keys, one per data subject, wrapped under an epoch. A destroyed key stays as a tombstone without its bytes.
CREATE TABLE keystore.data_key (
  key_id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  subject_pseudonym text NOT NULL,
  epoch integer NOT NULL,
  wrapped_key bytea,
  state text NOT NULL CHECK (state IN ('active', 'destroyed')),
  created_at timestamptz NOT NULL,
  destroyed_at timestamptz,
  CHECK ((state = 'destroyed') = (wrapped_key IS NULL))
);
CREATE INDEX data_key_subject ON keystore.data_key (subject_pseudonym);

-- Secrets of a tenant that index what is sealed: blind indexes of identities and detected values, idempotency keys.
CREATE TABLE keystore.tenant_secret (
  tenant_id text NOT NULL,
  name text NOT NULL,
  epoch integer NOT NULL,
  wrapped_secret bytea NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, name)
);

GRANT USAGE ON SCHEMA keystore TO palimpsest_keys;
GRANT SELECT, INSERT, UPDATE ON keystore.key_epoch, keystore.data_key, keystore.tenant_secret TO palimpsest_keys;

RESET ROLE;
