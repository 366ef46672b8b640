-- How far an erasure has looked for its person in other people's texts. Ids, counts and times.
SET ROLE palimpsest_owner;

CREATE TABLE erasure_search (
  case_id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  -- Up to which leaf (not included), by generation of the tenant's log: JSON.
  looked_until text NOT NULL DEFAULT '{}',
  -- Sealed copies of the person before they were deleted, counted by the key that each names: JSON.
  sealed_copies text NOT NULL DEFAULT '[]',
  -- From then on its texts are nobody else's to cut, until they are cut.
  claimed_at timestamptz,
  cut_at timestamptz
);
CREATE INDEX erasure_search_claimed ON erasure_search (tenant_id) WHERE claimed_at IS NOT NULL AND cut_at IS NULL;
-- Whether a text that is not the one committed to was cut, and for which receipt.
CREATE INDEX erasure_cut_entry ON erasure_cut (entry_id);

GRANT SELECT, INSERT, UPDATE ON erasure_search TO palimpsest_eraser;
-- A text that was found and is gone, or holds no mention any more, before it was its turn.
GRANT DELETE ON erasure_cut TO palimpsest_eraser;
GRANT SELECT (case_id, entry_id, content_group, new_digest) ON erasure_cut TO palimpsest_gateway;

RESET ROLE;
