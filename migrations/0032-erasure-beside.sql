-- What an erasure may touch beside the ledger: a person's own budgets, and requests of theirs that were taken back, whose rows stay for
-- a minute without them.
SET ROLE palimpsest_owner;

GRANT SELECT, DELETE ON budget_counter TO palimpsest_eraser;
CREATE INDEX budget_counter_person ON budget_counter (subject_pseudonym) WHERE subject_pseudonym <> '';
GRANT UPDATE (subject_pseudonym, data_key_id, context, sealed_body, sealed_subject, subject_commitment) ON inbox
  TO palimpsest_eraser;

RESET ROLE;
