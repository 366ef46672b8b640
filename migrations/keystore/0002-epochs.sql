-- Epochs that rotate: one of a tenant is in force, what is under older ones is wrapped anew, then those are destroyed.
SET ROLE palimpsest_keystore_owner;

ALTER TABLE keystore.key_epoch
  ADD COLUMN retired_at timestamptz,
  -- From when on the KMS's own administrators cannot bring a destroyed key back.
  ADD COLUMN gone_at timestamptz;
CREATE UNIQUE INDEX key_epoch_active ON keystore.key_epoch (tenant_id) WHERE state = 'active';

-- A rotation walks a tenant's live keys once.
CREATE INDEX data_key_live ON keystore.data_key (tenant_id, key_id) WHERE state = 'active';

RESET ROLE;
