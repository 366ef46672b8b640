-- The end of reports' packs: the entry that says it, that nobody is given the pack any more, and that its objects are gone.
SET ROLE palimpsest_owner;

ALTER TABLE report
  -- Noted before it is written: whoever ends the pack after a crash writes the same one.
  ADD COLUMN expiry_entry uuid,
  ADD COLUMN expired_at timestamptz CHECK (expired_at IS NULL OR expiry_entry IS NOT NULL),
  ADD COLUMN pack_removed_at timestamptz CHECK (pack_removed_at IS NULL OR expired_at IS NOT NULL),
  -- True: the store's own hold stands on the pack, because a legal hold covers what it shows.
  ADD COLUMN pack_on_hold boolean NOT NULL DEFAULT false;

CREATE INDEX report_pack ON report (tenant_id, completed_at) WHERE state = 'completed' AND pack_removed_at IS NULL;

RESET ROLE;
