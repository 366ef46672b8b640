-- Reports that were asked for, and what came of them. Nothing here is in clear but ids, names of tools and models, times and codes:
-- who a report is about is a pseudonym.
SET ROLE palimpsest_owner;

CREATE TABLE report (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  kind text NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'running', 'completed', 'failed')),
  -- from_at is in the period, to_at is not.
  from_at timestamptz NOT NULL,
  to_at timestamptz NOT NULL CHECK (to_at > from_at),
  subject_pseudonym text,
  tool text,
  model text,
  pii boolean,
  requested_by text NOT NULL,
  app text NOT NULL,
  team text,
  requested_at timestamptz NOT NULL,
  -- What orders the sample, chosen before anything was looked at.
  seed bytea NOT NULL,
  -- The entry that says that it was made, or that it could not be.
  entry_id uuid NOT NULL,
  -- What it is doing, and what it waits for.
  step text,
  waits_for text,
  -- Of the body that is sealed under that entry; a run that is thought dead and goes on notes nothing more.
  run uuid,
  body text,
  body_sha256 bytea CHECK (octet_length(body_sha256) = 32),
  manifest_sha256 bytea CHECK (octet_length(manifest_sha256) = 32),
  entries bigint,
  missing bigint,
  pack text,
  pack_sha256 bytea CHECK (octet_length(pack_sha256) = 32),
  pack_bytes bigint,
  completed_at timestamptz,
  error_code text,
  CHECK (state <> 'completed' OR (pack IS NOT NULL AND pack_sha256 IS NOT NULL AND pack_bytes IS NOT NULL))
);
CREATE INDEX report_tenant ON report (tenant_id, id);

GRANT SELECT, INSERT, UPDATE ON report TO palimpsest_gateway;
-- Which cases a person's report shows.
GRANT SELECT ON erasure_subject TO palimpsest_gateway;

RESET ROLE;
