-- What the sequencer and evidence look up: the entry that opens a writer's epoch, and the batches of a log.
SET ROLE palimpsest_owner;

CREATE INDEX ledger_entry_opening ON ledger_entry (writer_epoch) WHERE writer_seq = 0;
CREATE INDEX ledger_batch_log ON ledger_batch (log_id);

RESET ROLE;
