-- Who migrates and is no superuser may take the role that its sessions work under in development.
DO $$
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    EXECUTE format('GRANT palimpsest_keys TO %I WITH INHERIT FALSE, SET TRUE', current_user);
  END IF;
END $$;
