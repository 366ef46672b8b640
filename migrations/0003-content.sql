-- What erasure may delete: sealed text, detected values, identities. Nothing here is in clear but counts and ids.
SET ROLE palimpsest_owner;

-- Sealed blobs of one entry. Each carries its commitment nonce inside, so that with the key the nonce is gone too.
-- The blobs are bound by the entry's *_blob_digest columns, the coverage by coverage_digest.
CREATE TABLE content (
  entry_id uuid NOT NULL,
  sealed_subject bytea,
  sealed_prompt bytea,
  sealed_response bytea,
  coverage text,
  PRIMARY KEY (entry_id)
) PARTITION BY RANGE (entry_id);

-- Detected values, one row a placeholder. blind_index = HMAC under a key of the tenant, over type and normalised value.
CREATE TABLE pii_value (
  entry_id uuid NOT NULL,
  placeholder text NOT NULL,
  entity_type text NOT NULL,
  tenant_id text NOT NULL,
  blind_index bytea NOT NULL,
  sealed_value bytea NOT NULL,
  PRIMARY KEY (entry_id, placeholder)
) PARTITION BY RANGE (entry_id);
CREATE INDEX pii_value_blind_index ON pii_value (blind_index);

-- One row per person and tenant. The pseudonym is random: nothing in an envelope can be computed from an identity.
CREATE TABLE data_subject (
  pseudonym text PRIMARY KEY,
  tenant_id text NOT NULL,
  data_key_id uuid NOT NULL,
  blind_index bytea,
  sealed_user_id bytea,
  sealed_session_secret bytea,
  erasure_token text,
  created_at timestamptz NOT NULL,
  erased_at timestamptz,
  UNIQUE (tenant_id, blind_index)
);

GRANT SELECT, INSERT ON content, pii_value, data_subject TO palimpsest_writer;
GRANT SELECT ON content, pii_value, data_subject TO palimpsest_gateway;
GRANT SELECT, DELETE ON content, pii_value TO palimpsest_eraser;
GRANT SELECT, UPDATE ON data_subject TO palimpsest_eraser;

RESET ROLE;
