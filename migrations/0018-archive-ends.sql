-- The end of archives: entries that replace or end a period are found by it, and the catalogue knows which objects the store
-- was told to keep.
SET ROLE palimpsest_owner;

CREATE INDEX ledger_entry_archive ON ledger_entry (tenant_id, related_entry) WHERE kind = 'archive';

-- True: the store's own hold stands on it, because a legal hold covers what is in it.
ALTER TABLE archive_object ADD COLUMN on_hold boolean NOT NULL DEFAULT false;

RESET ROLE;
