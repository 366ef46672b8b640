#!/bin/sh
# Runs once, when the keystore's database is made. What the login may do is granted by the migrations.
set -eu
psql --set ON_ERROR_STOP=1 --set keys="$PALIMPSEST_KEYS_PASSWORD" \
  --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE palimpsest_keys LOGIN INHERIT PASSWORD :'keys';
REVOKE CONNECT ON DATABASE keystore FROM PUBLIC;
GRANT CONNECT ON DATABASE keystore TO palimpsest_keys;
SQL
