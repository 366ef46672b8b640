-- Requests in flight. A row is here from acceptance until its ledger entry is durable; a request lives at most 24 h.
SET ROLE palimpsest_owner;

-- sealed_body holds the request as it came; sealed_subject moves into the entry's content as it is.
-- context: what routing and recording need to know, as JSON without personal data.
-- started: the first attempt began; from then on the request cannot be withdrawn.
CREATE TABLE inbox (
  request_id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  state text NOT NULL CHECK (state IN ('accepted', 'withdrawn')),
  accepted_at timestamptz NOT NULL,
  accept_deadline timestamptz NOT NULL,
  started boolean NOT NULL DEFAULT false,
  subject_pseudonym text NOT NULL,
  data_key_id uuid NOT NULL,
  context text NOT NULL,
  sealed_body bytea NOT NULL,
  sealed_subject bytea,
  subject_commitment bytea
);

-- One row per try that may have reached a provider. Only the holder of the newest attempt's lease may deliver, store or
-- record. The first attempt carries what redaction gave (later ones ask the same redacted request); blobs are sealed for
-- the entry's content from the start, so that recording moves them without opening them.
CREATE TABLE attempt (
  request_id uuid NOT NULL,
  attempt_no integer NOT NULL CHECK (attempt_no >= 1),
  owner uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('calling', 'delivering', 'answered', 'failed', 'interrupted', 'superseded')),
  lease_until timestamptz NOT NULL,
  provider text NOT NULL,
  model text NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  prepared text,
  coverage text,
  sealed_prompt bytea,
  prompt_commitment bytea,
  placeholders text[],
  entity_types text[],
  blind_indexes bytea[],
  sealed_values bytea[],
  sealed_response bytea,
  response_commitment bytea,
  outcome text,
  PRIMARY KEY (request_id, attempt_no)
);

-- Pieces of a stream, each durable before the client sees it.
CREATE TABLE attempt_chunk (
  request_id uuid NOT NULL,
  attempt_no integer NOT NULL,
  chunk_no integer NOT NULL,
  sealed_chunk bytea NOT NULL,
  PRIMARY KEY (request_id, attempt_no, chunk_no)
);

-- Keyed idempotency keys: HMACs under a secret of the tenant, kept 24 h.
CREATE TABLE idempotency (
  tenant_id text NOT NULL,
  key_index bytea NOT NULL,
  body_index bytea NOT NULL,
  request_id uuid NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, key_index)
);
CREATE INDEX idempotency_request ON idempotency (request_id);
CREATE INDEX idempotency_expiry ON idempotency (expires_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON inbox, attempt, attempt_chunk, idempotency TO palimpsest_gateway;

-- Rows here are written once or twice and deleted within seconds.
ALTER TABLE inbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, fillfactor = 80);
ALTER TABLE attempt SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, fillfactor = 80);
ALTER TABLE attempt_chunk SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);
ALTER TABLE ledger_pending SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

RESET ROLE;
