import postgres from 'postgres'

/** What the database saw committed, in order. `accepted` is a row in the inbox, `recorded` one in the ledger. */
export interface JournalLine {
  what: 'accepted' | 'withdrawn' | 'attempt' | 'superseded' | 'interrupted' | 'recorded'
  requestId: string
  marker: string | null
}

/**
 * Lets the database itself write down which requests were accepted, taken back, tried and recorded. By triggers, so
 * each line is in the transaction that it tells of: what was rolled back is not in it, what was committed cannot miss.
 */
export async function installJournal(adminUrl: string): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined })
  try {
    await sql.unsafe(SCHEMA)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

export async function readJournal(sql: postgres.Sql): Promise<JournalLine[]> {
  const rows = await sql`SELECT what, request_id, marker FROM faults.journal ORDER BY no`
  return rows.map((row) => ({ what: row.what, requestId: row.request_id, marker: row.marker }))
}

const SCHEMA = `
CREATE SCHEMA faults;
CREATE TABLE faults.journal (
  no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  what text NOT NULL,
  request_id uuid NOT NULL,
  marker text,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE FUNCTION faults.note_inbox() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = faults AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.state = 'withdrawn' THEN
    -- Stands in the place of a row that never came: nothing was accepted.
    RETURN NULL;
  ELSIF TG_OP = 'INSERT' THEN
    INSERT INTO journal (what, request_id, marker) VALUES ('accepted', NEW.request_id, NEW.context::json->>'feature');
  ELSIF NEW.state = 'withdrawn' AND OLD.state <> 'withdrawn' THEN
    INSERT INTO journal (what, request_id, marker) VALUES ('withdrawn', NEW.request_id, NEW.context::json->>'feature');
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION faults.note_attempt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = faults AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO journal (what, request_id) VALUES ('attempt', NEW.request_id);
  ELSIF NEW.state <> OLD.state AND NEW.state IN ('superseded', 'interrupted') THEN
    INSERT INTO journal (what, request_id) VALUES (NEW.state, NEW.request_id);
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION faults.note_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = faults AS $$
BEGIN
  INSERT INTO journal (what, request_id, marker) VALUES ('recorded', NEW.id, NEW.feature);
  RETURN NULL;
END $$;
CREATE TRIGGER faults_journal AFTER INSERT OR UPDATE ON public.inbox
  FOR EACH ROW EXECUTE FUNCTION faults.note_inbox();
CREATE TRIGGER faults_journal AFTER INSERT OR UPDATE ON public.attempt
  FOR EACH ROW EXECUTE FUNCTION faults.note_attempt();
CREATE TRIGGER faults_journal AFTER INSERT ON public.ledger_entry
  FOR EACH ROW EXECUTE FUNCTION faults.note_entry();
`
