-- Which key of a log followed which, as the entry of the rotation states it: both keys signed each row, so the database
-- decides nothing. It outlives the entry, whose partition goes one day. A key is followed once.
SET ROLE palimpsest_owner;

CREATE TABLE ledger_key_rotation (
  log_id bytea NOT NULL CHECK (octet_length(log_id) = 32),
  entry_id uuid NOT NULL UNIQUE,
  old_key text NOT NULL,
  new_key text NOT NULL,
  rotated_at_us bigint NOT NULL,
  overlap_until_us bigint NOT NULL,
  old_signature bytea NOT NULL CHECK (octet_length(old_signature) = 64),
  new_signature bytea NOT NULL CHECK (octet_length(new_signature) = 64),
  PRIMARY KEY (log_id, old_key)
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_key_rotation
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON ledger_key_rotation
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

GRANT SELECT ON ledger_key_rotation TO palimpsest_gateway, palimpsest_writer, palimpsest_sequencer, palimpsest_eraser;
GRANT INSERT ON ledger_key_rotation TO palimpsest_writer;

RESET ROLE;
