-- The sequencer takes what waits log by log, each in the order of its writers' numbers, whatever else waits.
SET ROLE palimpsest_owner;

CREATE INDEX ledger_pending_order ON ledger_pending (log_id, writer_epoch, writer_seq);
ALTER TABLE ledger_checkpoint ALTER COLUMN signed_at SET DEFAULT now();

RESET ROLE;
