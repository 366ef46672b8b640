-- The newest tombstone of the anchor store that this keystore has carried out: an older backup has a lower one.
SET ROLE palimpsest_keystore_owner;

CREATE TABLE keystore.tombstones_applied (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  number bigint NOT NULL CHECK (number >= 0)
);
INSERT INTO keystore.tombstones_applied (number) VALUES (0);
GRANT SELECT, UPDATE ON keystore.tombstones_applied TO palimpsest_keys;

RESET ROLE;
