-- Roles. Nobody logs in as the owner; a login gets exactly the group roles its work needs.
--   palimpsest_owner      owns every object, cannot log in
--   palimpsest_gateway    requests in flight: inbox, attempts, idempotency keys
--   palimpsest_writer     INSERT into the ledger and into sealed content
--   palimpsest_sequencer  INSERT of leaves and checkpoints
--   palimpsest_eraser     DELETE of sealed content and detected values, UPDATE of data subjects
--   palimpsest_auditor    SELECT on the audit view
-- Logins: palimpsest_app (gateway, writer, sequencer) and palimpsest_read (auditor). Their passwords are set by whoever
-- runs the migrations; without one they cannot log in over the network.
DO $$
DECLARE
  wanted text;
BEGIN
  -- Roles belong to the whole cluster: several databases of one cluster may be migrated at the same time.
  PERFORM pg_advisory_xact_lock(7010212026);
  FOREACH wanted IN ARRAY ARRAY['palimpsest_owner', 'palimpsest_gateway', 'palimpsest_writer', 'palimpsest_sequencer',
                                'palimpsest_eraser', 'palimpsest_auditor'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', wanted);
    END IF;
  END LOOP;
  FOREACH wanted IN ARRAY ARRAY['palimpsest_app', 'palimpsest_read'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I LOGIN INHERIT', wanted);
    END IF;
  END LOOP;
  GRANT palimpsest_gateway, palimpsest_writer, palimpsest_sequencer TO palimpsest_app;
  GRANT palimpsest_auditor TO palimpsest_read;
  -- Where the migrating login is no superuser it must be able to hand objects over to the owner.
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    EXECUTE format('GRANT palimpsest_owner TO %I', current_user);
  END IF;
END $$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CREATE, USAGE ON SCHEMA public TO palimpsest_owner;
GRANT USAGE ON SCHEMA public TO palimpsest_gateway, palimpsest_writer, palimpsest_sequencer, palimpsest_eraser,
  palimpsest_auditor;
