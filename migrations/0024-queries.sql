-- Statements that a model wrote, and questions that are answered by them.
SET ROLE palimpsest_owner;

ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_kind_check;
ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_kind_check CHECK (kind IN (
  'interaction', 'refusal', 'erasure', 'disclosure', 'hold', 'archive', 'policy', 'administration', 'report', 'recovery', 'query'));

-- A question while it is answered, and its answer until it is fetched no more. What people or rows say in it is sealed under the data
-- subject's key: with the key it is gone.
CREATE TABLE database_question (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  -- Keyed, as the idempotency keys of requests are; NULL: none was sent.
  key_index bytea,
  body_index bytea NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'answered', 'refused', 'failed')),
  error_code text,
  subject_pseudonym text NOT NULL,
  data_key_id uuid NOT NULL,
  -- Who asks, by ids: key, app, team, roles.
  caller jsonb NOT NULL,
  sealed_question bytea NOT NULL,
  -- By round: the request to the model and the entry of its statement, noted before either is made.
  rounds jsonb NOT NULL DEFAULT '[]',
  sealed_statement bytea,
  sealed_answer bytea,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX database_question_key ON database_question (tenant_id, key_index) WHERE key_index IS NOT NULL;
CREATE INDEX database_question_subject ON database_question (subject_pseudonym);
CREATE INDEX database_question_expiry ON database_question (expires_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON database_question TO palimpsest_gateway;
GRANT SELECT, DELETE ON database_question TO palimpsest_eraser;

-- Where the tenant line is drawn already, it is drawn here too.
DO $$
BEGIN
  IF to_regprocedure('palimpsest_draw_tenant_line(regclass, text)') IS NOT NULL THEN
    PERFORM palimpsest_draw_tenant_line('database_question'::regclass);
  END IF;
END $$;

RESET ROLE;
