-- The ledger. Tables here take INSERT from one role and nothing else from anybody.
SET ROLE palimpsest_owner;

-- One log per tenant and generation. log_id = SHA-256(origin); docs/ledger.md has the formats.
CREATE TABLE ledger_log (
  log_id bytea PRIMARY KEY CHECK (octet_length(log_id) = 32),
  tenant_id text NOT NULL,
  generation integer NOT NULL CHECK (generation >= 1),
  origin text NOT NULL UNIQUE,
  verifier_key text NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (tenant_id, generation)
);

-- The envelope: facts, never text, never an identity. Every column is bound by the ENVELOPE commitment, except the
-- commitments themselves, which the leaf binds, and the nonce, without which the commitment does not open.
CREATE TABLE ledger_entry (
  format_version smallint NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('interaction', 'refusal', 'erasure', 'disclosure', 'hold', 'archive', 'policy',
                                     'administration', 'report', 'recovery')),
  occurred_at timestamptz NOT NULL,
  log_id bytea NOT NULL CHECK (octet_length(log_id) = 32),
  tenant_id text NOT NULL,
  team text,
  app text,
  api_key_id text,
  subject_pseudonym text,
  session_pseudonym text,
  region text,
  route text,
  route_reason text,
  purpose text,
  lawful_basis text,
  consent_pseudonym text,
  provider text,
  model_asked text,
  model_answered text,
  prompt_tokens integer,
  response_tokens integer,
  cached_tokens integer,
  reasoning_tokens integer,
  usage_estimated boolean,
  cost_usd numeric(20, 10),
  price_usd text,
  price_version text,
  policy_version text,
  engine_version text,
  gateway_version text NOT NULL,
  tool text,
  feature text,
  flags text[] NOT NULL DEFAULT '{}',
  entity_counts text,
  has_pii boolean NOT NULL DEFAULT false,
  pii_redacted boolean NOT NULL DEFAULT false,
  hipaa_route boolean NOT NULL DEFAULT false,
  status text NOT NULL,
  status_code integer,
  error_code text,
  finish_reason text,
  attempt_count integer NOT NULL DEFAULT 0,
  attempts text,
  latency_ms integer,
  ttft_ms integer,
  parent_request uuid,
  related_entry uuid,
  retention_class text NOT NULL,
  detail text,
  coverage_digest bytea CHECK (octet_length(coverage_digest) = 32),
  subject_blob_digest bytea CHECK (octet_length(subject_blob_digest) = 32),
  prompt_blob_digest bytea CHECK (octet_length(prompt_blob_digest) = 32),
  response_blob_digest bytea CHECK (octet_length(response_blob_digest) = 32),
  writer_epoch uuid NOT NULL,
  writer_seq bigint NOT NULL CHECK (writer_seq >= 0),
  envelope_nonce bytea NOT NULL CHECK (octet_length(envelope_nonce) = 32),
  envelope_commitment bytea NOT NULL CHECK (octet_length(envelope_commitment) = 32),
  subject_commitment bytea NOT NULL CHECK (octet_length(subject_commitment) = 32),
  prompt_commitment bytea NOT NULL CHECK (octet_length(prompt_commitment) = 32),
  response_commitment bytea NOT NULL CHECK (octet_length(response_commitment) = 32),
  PRIMARY KEY (id)
) PARTITION BY RANGE (id);

CREATE INDEX ledger_entry_tenant_time ON ledger_entry (tenant_id, occurred_at);
CREATE INDEX ledger_entry_subject ON ledger_entry (subject_pseudonym) WHERE subject_pseudonym IS NOT NULL;
CREATE INDEX ledger_entry_tool ON ledger_entry (tool) WHERE tool IS NOT NULL;

-- The Merkle log's leaves and, beside them, the hash chain: chain_hash = SHA256(previous chain_hash || leaf_hash).
CREATE TABLE ledger_leaf (
  log_id bytea NOT NULL,
  leaf_index bigint NOT NULL CHECK (leaf_index >= 0),
  entry_id uuid NOT NULL,
  leaf bytea NOT NULL,
  leaf_hash bytea NOT NULL CHECK (octet_length(leaf_hash) = 32),
  chain_hash bytea NOT NULL CHECK (octet_length(chain_hash) = 32),
  PRIMARY KEY (log_id, leaf_index),
  UNIQUE (entry_id)
);

-- Roots of complete subtrees of 256^k leaves (level = 8k), so that a proof reads a few hundred hashes at any size.
-- They hold nothing that the leaves do not: a verifier never needs them.
CREATE TABLE ledger_subtree (
  log_id bytea NOT NULL,
  level smallint NOT NULL CHECK (level > 0 AND level % 8 = 0),
  subtree_index bigint NOT NULL CHECK (subtree_index >= 0),
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (log_id, level, subtree_index)
);

-- A writer's signed batches: entries first_seq .. first_seq + entry_count - 1 of its epoch.
CREATE TABLE ledger_batch (
  log_id bytea NOT NULL,
  writer_epoch uuid NOT NULL,
  batch_no bigint NOT NULL CHECK (batch_no >= 0),
  first_seq bigint NOT NULL CHECK (first_seq >= 0),
  entry_count integer NOT NULL CHECK (entry_count > 0),
  entries_digest bytea NOT NULL CHECK (octet_length(entries_digest) = 32),
  previous_batch_hash bytea NOT NULL CHECK (octet_length(previous_batch_hash) = 32),
  signature bytea NOT NULL CHECK (octet_length(signature) = 64),
  PRIMARY KEY (writer_epoch, batch_no),
  UNIQUE (writer_epoch, first_seq)
);

CREATE TABLE ledger_checkpoint (
  log_id bytea NOT NULL,
  tree_size bigint NOT NULL CHECK (tree_size >= 0),
  root_hash bytea NOT NULL CHECK (octet_length(root_hash) = 32),
  note text NOT NULL,
  signed_at timestamptz NOT NULL,
  PRIMARY KEY (log_id, tree_size)
);

-- Entries that have no leaf yet: written with the entry, removed with the leaf. A work list, not part of the proof.
CREATE TABLE ledger_pending (
  entry_id uuid PRIMARY KEY,
  log_id bytea NOT NULL,
  writer_epoch uuid NOT NULL,
  writer_seq bigint NOT NULL,
  leaf bytea NOT NULL
);

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'table % is append only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

DO $$
DECLARE
  ledger_table text;
BEGIN
  FOREACH ledger_table IN ARRAY ARRAY['ledger_log', 'ledger_entry', 'ledger_leaf', 'ledger_subtree', 'ledger_batch',
                                      'ledger_checkpoint'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I
                    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()', ledger_table);
    EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON %I
                    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()', ledger_table);
  END LOOP;
END $$;

GRANT SELECT ON ledger_log, ledger_entry, ledger_leaf, ledger_subtree, ledger_batch, ledger_checkpoint
  TO palimpsest_gateway, palimpsest_writer, palimpsest_sequencer, palimpsest_eraser;
GRANT INSERT ON ledger_log, ledger_entry, ledger_batch TO palimpsest_writer;
GRANT INSERT ON ledger_pending TO palimpsest_writer;
GRANT SELECT, DELETE ON ledger_pending TO palimpsest_sequencer;
GRANT INSERT ON ledger_leaf, ledger_subtree, ledger_checkpoint TO palimpsest_sequencer;

RESET ROLE;
