-- The API keys that the configuration file brings: which there are is an entry whenever it changes.
SET ROLE palimpsest_owner;

-- Those of each tenant by their ids, as the newest entry of it says. What stands here follows from the ledger, in the transaction of
-- the entry. Of a key itself there is a mark, keyed with a secret that rests in the keystore.
CREATE TABLE configured_keys (
  tenant_id text PRIMARY KEY,
  entry_id uuid NOT NULL,
  keys json NOT NULL
);
SELECT palimpsest_draw_tenant_line('configured_keys');
GRANT SELECT ON configured_keys TO palimpsest_gateway;

-- An entry takes the place of the one that it names as related: of gateways that start at once, one writes it.
CREATE FUNCTION configured_keys_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO configured_keys AS held (tenant_id, entry_id, keys)
  VALUES (NEW.tenant_id, NEW.id, NEW.detail::json -> 'keys')
  ON CONFLICT (tenant_id) DO UPDATE SET entry_id = excluded.entry_id, keys = excluded.keys
    WHERE held.entry_id = NEW.related_entry;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the keys were put on record meanwhile' USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION configured_keys_follow() FROM PUBLIC;

CREATE CONSTRAINT TRIGGER configured_keys_follows AFTER INSERT ON ledger_entry DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.kind = 'administration' AND NEW.status = 'configured_keys')
  EXECUTE FUNCTION configured_keys_follow();

RESET ROLE;
