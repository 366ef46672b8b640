-- Up to which tombstone the ledger explains what is gone: behind a restore the entries that said so may be gone as well.
SET ROLE palimpsest_owner;

ALTER TABLE tombstones_applied ADD COLUMN receipted bigint NOT NULL DEFAULT 0 CHECK (receipted >= 0);

-- Receipts are found among everything else.
CREATE INDEX ledger_entry_erasure ON ledger_entry (tenant_id, id) WHERE kind = 'erasure';

RESET ROLE;
