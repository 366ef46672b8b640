import { ENVELOPE_FIELDS, type Envelope } from '../../../domain/ledger/envelope.ts'
import type { StoredEntry } from '../../../ports/ledger-reader.ts'

/** Columns of `ledger_entry e` as JavaScript reads them exactly: times as microseconds, decimals as text. */
export const ENTRY_COLUMNS = [
  ...ENVELOPE_FIELDS.map(({ name, type }) => {
    if (type === 'timestamp') return `(extract(epoch FROM e.${name}) * 1000000)::bigint AS ${name}`
    return type === 'decimal' ? `e.${name}::text AS ${name}` : `e.${name}`
  }),
  'e.envelope_nonce',
  'e.envelope_commitment',
  'e.subject_commitment',
  'e.prompt_commitment',
  'e.response_commitment',
].join(', ')

/** An entry from a row of `ENTRY_COLUMNS`. */
export function entryOf(row: Record<string, unknown>): StoredEntry {
  const envelope: Record<string, unknown> = {}
  for (const { name, type } of ENVELOPE_FIELDS) {
    envelope[name] = type === 'int' || type === 'version' ? numberOf(row[name]) : row[name]
  }
  return {
    envelope: envelope as unknown as Envelope,
    envelopeNonce: row.envelope_nonce as Uint8Array,
    commitments: {
      envelope: row.envelope_commitment as Uint8Array,
      subject: row.subject_commitment as Uint8Array,
      prompt: row.prompt_commitment as Uint8Array,
      response: row.response_commitment as Uint8Array,
    },
  }
}

function numberOf(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value
}
