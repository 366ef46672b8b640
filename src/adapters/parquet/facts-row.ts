import { ENVELOPE_FIELDS, type Envelope } from '../../domain/ledger/envelope.ts'
import type { StoredEntry } from '../../ports/ledger-reader.ts'
import type { DuckValue } from '../duckdb/run-statements.ts'

const COMMITMENTS = ['envelope', 'subject', 'prompt', 'response'] as const

/** Columns of facts as `entryOfFacts` reads them exactly: times as microseconds, decimals as text; the leaf's hash last. */
export const FACTS_EXACT = [
  ...ENVELOPE_FIELDS.map(({ name, type }) => {
    if (type === 'timestamp') return `CAST(epoch_us(${name}) AS VARCHAR) AS ${name}`
    return type === 'decimal' || type === 'uuid' ? `CAST(${name} AS VARCHAR) AS ${name}` : name
  }),
  'envelope_nonce',
  ...COMMITMENTS.map((name) => `${name}_commitment`),
  'leaf_hash',
].join(', ')

/** An entry from a row of `FACTS_EXACT`, and the hash of its leaf. */
export function entryOfFacts(row: readonly DuckValue[]): StoredEntry & { leafHash: Buffer } {
  const envelope: Record<string, unknown> = {}
  for (const [index, { name, type }] of ENVELOPE_FIELDS.entries()) {
    const value = row[index] ?? null
    if (value === null) envelope[name] = null
    else if (type === 'timestamp') envelope[name] = BigInt(String(value))
    else if (type === 'digest') envelope[name] = bytesOf(value)
    else envelope[name] = value
  }
  const [nonce, ...rest] = row.slice(ENVELOPE_FIELDS.length)
  const [own, subject, prompt, response, leaf] = rest.map(bytesOf)
  return {
    envelope: envelope as unknown as Envelope,
    envelopeNonce: bytesOf(nonce),
    commitments: {
      envelope: own ?? NONE,
      subject: subject ?? NONE,
      prompt: prompt ?? NONE,
      response: response ?? NONE,
    },
    leafHash: leaf ?? NONE,
  }
}

const NONE = Buffer.alloc(0)

function bytesOf(value: DuckValue | undefined): Buffer {
  return typeof value === 'string' ? Buffer.from(value, 'hex') : NONE
}
