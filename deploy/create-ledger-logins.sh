#!/bin/sh
# Runs once, when the ledger's database is made: the application's login, the auditors' login, Temporal's own login.
# What they may do is granted by the migrations; Temporal's login reaches no database of the gateway.
set -eu
psql --set ON_ERROR_STOP=1 --set app="$PALIMPSEST_APP_PASSWORD" --set read="$PALIMPSEST_READ_PASSWORD" \
  --set temporal="$TEMPORAL_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE palimpsest_app LOGIN INHERIT PASSWORD :'app';
CREATE ROLE palimpsest_read LOGIN INHERIT PASSWORD :'read';
CREATE ROLE temporal LOGIN CREATEDB PASSWORD :'temporal';
REVOKE CONNECT ON DATABASE palimpsest FROM PUBLIC;
GRANT CONNECT ON DATABASE palimpsest TO palimpsest_app, palimpsest_read;
SQL
