-- Erasures and legal holds. Nothing here is in clear but ids, states, counts and times.
SET ROLE palimpsest_owner;

-- A person's request to be erased. Who it is about is sealed under a key of the case, which is destroyed at its end.
CREATE TABLE erasure_case (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'awaiting_approval', 'running', 'completed', 'refused', 'failed')),
  -- The API key that asked, and the other one that approved.
  officer text NOT NULL,
  approver text CHECK (approver <> officer),
  -- What the other one decided, and the entry in which it stands.
  decision text CHECK (decision IN ('approved', 'rejected')),
  decided_by uuid,
  requested_at timestamptz NOT NULL,
  -- One month later (Art. 12(3) GDPR).
  deadline timestamptz NOT NULL,
  -- SHA-256 of the reference that starts the workflow, and the one workflow that took it.
  reference_digest bytea NOT NULL UNIQUE CHECK (octet_length(reference_digest) = 32),
  reference_expires_at timestamptz NOT NULL,
  workflow_id text,
  case_key_id uuid NOT NULL,
  -- Keyed index of who is asked for, so that a second request for the same person finds this one; NULL once it has ended.
  request_index bytea,
  -- What was asked, and the reference.
  sealed_request bytea,
  -- The number of its receipt, and the entries that announce and end it. A receipt that does not fit one entry, or that grew
  -- when the case was taken up again, has more of them.
  receipt_number integer,
  announced_by uuid,
  announced_also uuid[] NOT NULL DEFAULT '{}',
  ended_by uuid,
  ended_at timestamptz,
  error_code text,
  -- Counts by step and store: JSON.
  outcome text NOT NULL DEFAULT '{}',
  certificate text,
  UNIQUE (tenant_id, receipt_number),
  UNIQUE (tenant_id, request_index),
  CHECK ((decision IS NULL) = (approver IS NULL))
);
CREATE INDEX erasure_case_tenant ON erasure_case (tenant_id, id);
CREATE INDEX erasure_case_announced ON erasure_case (announced_by);

-- The subjects that a case covers.
CREATE TABLE erasure_subject (
  case_id uuid NOT NULL,
  pseudonym text NOT NULL,
  data_key_id uuid NOT NULL,
  erasure_token text NOT NULL,
  PRIMARY KEY (case_id, pseudonym)
);

-- What else holds the person: a detected value in somebody else's entry, or stored text of it. `remaining` is the blob after
-- the cut, sealed as it was before; new_digest its SHA-256.
CREATE TABLE erasure_value (
  case_id uuid NOT NULL,
  entry_id uuid NOT NULL,
  placeholder text NOT NULL,
  PRIMARY KEY (case_id, entry_id, placeholder)
);
CREATE TABLE erasure_cut (
  case_id uuid NOT NULL,
  entry_id uuid NOT NULL,
  content_group text NOT NULL CHECK (content_group IN ('prompt', 'response')),
  old_digest bytea NOT NULL CHECK (octet_length(old_digest) = 32),
  new_digest bytea NOT NULL CHECK (octet_length(new_digest) = 32),
  remaining bytea,
  PRIMARY KEY (case_id, entry_id, content_group)
);

-- What may not be erased or expire. subject_pseudonym, a period, or neither: the whole tenant.
CREATE TABLE legal_hold (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  subject_pseudonym text,
  from_at timestamptz,
  to_at timestamptz,
  -- Why, sealed: under the subject's key, or one of the tenant's own.
  sealed_reason bytea NOT NULL,
  placed_by text NOT NULL,
  placed_at timestamptz NOT NULL,
  released_by text,
  released_at timestamptz,
  CHECK ((from_at IS NULL) = (to_at IS NULL)),
  CHECK ((released_at IS NULL) = (released_by IS NULL))
);
CREATE INDEX legal_hold_in_force ON legal_hold (tenant_id) WHERE released_at IS NULL;

-- The newest tombstone of the anchor store that this database has carried out: an older backup has a lower one.
CREATE TABLE tombstones_applied (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  number bigint NOT NULL CHECK (number >= 0)
);
INSERT INTO tombstones_applied (number) VALUES (0);

GRANT SELECT, INSERT, UPDATE ON erasure_case, erasure_subject, erasure_value, erasure_cut, legal_hold
  TO palimpsest_eraser;
GRANT SELECT, UPDATE ON tombstones_applied TO palimpsest_eraser;
GRANT SELECT ON erasure_case, legal_hold, tombstones_applied TO palimpsest_gateway;
-- A mention is cut out of stored text in its place.
GRANT UPDATE (sealed_prompt, sealed_response) ON content TO palimpsest_eraser;
GRANT SELECT ON inbox, attempt, idempotency, attempt_chunk TO palimpsest_eraser;
GRANT DELETE ON idempotency TO palimpsest_eraser;

-- A person's entries in the order of their ids, so that an erasure goes through them in stretches.
CREATE INDEX ledger_entry_person ON ledger_entry (subject_pseudonym, id) WHERE subject_pseudonym IS NOT NULL;
DROP INDEX ledger_entry_subject;

RESET ROLE;

-- The gateway erases only where it says so: SET LOCAL ROLE palimpsest_eraser.
GRANT palimpsest_eraser TO palimpsest_app WITH INHERIT FALSE, SET TRUE;
