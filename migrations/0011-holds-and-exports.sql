-- Holds come into force, and end, with their entries; exports of what is stored of a person.
SET ROLE palimpsest_owner;

-- A hold's id is the id of the entry that placed it; an entry that releases it names it as its related entry. What the
-- table says follows from the ledger, in the transaction of the entry: neither stands without the other.
CREATE FUNCTION legal_hold_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.status = 'placed' THEN
    INSERT INTO legal_hold (id, tenant_id, subject_pseudonym, from_at, to_at, sealed_reason, placed_by, placed_at)
    SELECT NEW.id, NEW.tenant_id, NEW.subject_pseudonym, (NEW.detail::jsonb ->> 'from')::timestamptz,
           (NEW.detail::jsonb ->> 'to')::timestamptz, c.sealed_prompt, NEW.api_key_id, NEW.occurred_at
    FROM content c WHERE c.entry_id = NEW.id;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'a hold needs its reason' USING ERRCODE = 'not_null_violation';
    END IF;
  ELSIF NEW.status = 'released' THEN
    UPDATE legal_hold SET released_by = NEW.api_key_id, released_at = NEW.occurred_at
    WHERE id = NEW.related_entry AND tenant_id = NEW.tenant_id AND released_at IS NULL;
  END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION legal_hold_follow() FROM PUBLIC;

-- Nobody else writes it; an erasure may cut a mention out of a reason.
REVOKE INSERT, UPDATE ON legal_hold FROM palimpsest_eraser;
GRANT UPDATE (sealed_reason) ON legal_hold TO palimpsest_eraser;

-- At the end of the transaction: by then the entry's content stands, too.
CREATE CONSTRAINT TRIGGER legal_hold_follows AFTER INSERT ON ledger_entry DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.kind = 'hold') EXECUTE FUNCTION legal_hold_follow();

-- The accounting of who was shown what of a person.
CREATE INDEX ledger_entry_disclosure ON ledger_entry (subject_pseudonym, id) WHERE kind = 'disclosure';

-- An export that was asked for, and what came of it. No subject: nobody is known by that user id.
CREATE TABLE subject_export (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'running', 'completed', 'failed', 'expired')),
  requested_by text NOT NULL,
  app text NOT NULL,
  team text,
  requested_at timestamptz NOT NULL,
  subject_pseudonym text,
  data_key_id uuid,
  -- The entry that says that it was made, and its purpose, sealed for that entry's content.
  disclosure_id uuid NOT NULL,
  sealed_purpose bytea,
  purpose_commitment bytea,
  -- Who may write parts now: a run that is thought dead and goes on writes nothing more.
  run uuid,
  -- True: the person's key is destroyed.
  erased boolean NOT NULL DEFAULT false,
  entries integer,
  sealed_summary bytea,
  completed_at timestamptz,
  expires_at timestamptz,
  error_code text
);
CREATE INDEX subject_export_person ON subject_export (subject_pseudonym);

-- What was collected, under the person's key, until the export expires.
CREATE TABLE subject_export_part (
  export_id uuid NOT NULL,
  part_no integer NOT NULL CHECK (part_no >= 0),
  sealed_part bytea NOT NULL,
  PRIMARY KEY (export_id, part_no)
);

GRANT SELECT, INSERT, UPDATE ON subject_export TO palimpsest_gateway;
GRANT SELECT, INSERT, DELETE ON subject_export_part TO palimpsest_gateway;
GRANT SELECT, UPDATE ON subject_export TO palimpsest_eraser;
GRANT SELECT, DELETE ON subject_export_part TO palimpsest_eraser;

RESET ROLE;
