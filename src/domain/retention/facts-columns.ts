import { ENVELOPE_FIELDS, type FieldType } from '../ledger/envelope.ts'

/** A column of the Parquet files, and of the CSV between PostgreSQL and them. */
export interface ArchiveColumn {
  name: string
  /** As PostgreSQL gives it to the CSV, over `ledger_entry e` and `ledger_leaf l`, `content c` or `workflow_history h`. */
  postgres: string
  /** As the CSV is read; the text's own type where it needs no change. */
  csv: string
  /** As the Parquet file has it, over the CSV's column. */
  duckdb: string
}

const TYPES: Readonly<Record<FieldType, string>> = {
  version: 'SMALLINT',
  int: 'BIGINT',
  kind: 'VARCHAR',
  text: 'VARCHAR',
  json: 'VARCHAR',
  'text[]': 'VARCHAR[]',
  uuid: 'UUID',
  timestamp: 'TIMESTAMPTZ',
  bool: 'BOOLEAN',
  digest: 'BLOB',
  decimal: 'DECIMAL(20,10)',
}

function plain(name: string, type: string, alias: string): ArchiveColumn {
  return { name, postgres: `${alias}.${name}`, csv: type, duckdb: name }
}

/** Bytes go as base64, which DuckDB reads ten times as fast as hex. PostgreSQL breaks its lines behind 57 bytes. */
function base64(name: string, postgres: string): ArchiveColumn {
  return { name, postgres, csv: 'VARCHAR', duckdb: `from_base64(${name})` }
}

function digest(name: string, alias: string): ArchiveColumn {
  return base64(name, `encode(${alias}.${name}, 'base64')`)
}

function blob(name: string, alias: string): ArchiveColumn {
  return base64(name, `replace(encode(${alias}.${name}, 'base64'), E'\\n', '')`)
}

function list(name: string, alias: string): ArchiveColumn {
  return {
    name,
    // A list that is empty, as most are, does not pay for the way through JSON.
    postgres: `CASE WHEN ${alias}.${name} = '{}' THEN '[]' ELSE to_json(${alias}.${name})::text END`,
    csv: 'VARCHAR',
    duckdb: `CAST(CAST(${name} AS JSON) AS VARCHAR[])`,
  }
}

/** Envelope, nonce and commitments as `ledger_entry` has them, then the leaf. The order is the file's. */
export const FACTS_COLUMNS: readonly ArchiveColumn[] = [
  ...ENVELOPE_FIELDS.map(({ name, type }) => {
    if (type === 'text[]') return list(name, 'e')
    return TYPES[type] === 'BLOB' ? digest(name, 'e') : plain(name, TYPES[type], 'e')
  }),
  ...['envelope_nonce', 'envelope_commitment', 'subject_commitment', 'prompt_commitment', 'response_commitment'].map(
    (name) => digest(name, 'e'),
  ),
  plain('leaf_index', 'BIGINT', 'l'),
  digest('leaf_hash', 'l'),
]

/** Sealed text, apart from the facts: with who it belongs to, so that it is found and can be taken out. */
export const CONTENT_COLUMNS: readonly ArchiveColumn[] = [
  plain('id', 'UUID', 'e'),
  plain('subject_pseudonym', 'VARCHAR', 'e'),
  plain('occurred_at', 'TIMESTAMPTZ', 'e'),
  blob('sealed_subject', 'c'),
  blob('sealed_prompt', 'c'),
  blob('sealed_response', 'c'),
  plain('coverage', 'VARCHAR', 'c'),
]

/** Temporal's histories of the period's requests, each the gzip of its JSON. */
export const HISTORIES_COLUMNS: readonly ArchiveColumn[] = [
  { ...plain('id', 'UUID', 'h'), postgres: 'h.entry_id' },
  plain('run_id', 'UUID', 'h'),
  plain('closed_at', 'TIMESTAMPTZ', 'h'),
  blob('history', 'h'),
]
