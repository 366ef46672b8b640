import { sha256 } from '../ledger/bytes.ts'
import { jcs } from '../ledger/json.ts'

/**
 * Why something that was committed to can no longer be shown, or which files a report consists of. A record counts only
 * where the ledger entry it names has the record's digest as the member `evidence` of its detail.
 */
export interface EvidenceRecord {
  readonly kind: 'erasure' | 'retention' | 'report'
  /** The receipt's number, for people. */
  readonly number: number
  /** Id of the entry (kind `erasure`, `archive` or `report`) that binds it. */
  readonly entry: string
  /** Entries whose sealed content is gone or was cut. */
  readonly entries?: readonly string[]
  /** Pseudonyms all of whose sealed content is gone. */
  readonly subjects?: readonly string[]
  /** Entries that went as a whole: ids from this one … */
  readonly from_id?: string
  /** … up to, not including, this one. */
  readonly below_id?: string
  /** Members of the pack by name, with their SHA-256 in hex. */
  readonly members?: Readonly<Record<string, string>>
}

/** The record as it is hashed and shown: canonical JSON. */
export function encodeRecord(record: EvidenceRecord): string {
  return jcs(record)
}

/** The digest that the entry's detail has to hold as `evidence`, in hex. */
export function recordDigest(encoded: string): string {
  return sha256(Buffer.from(encoded, 'utf8')).toString('hex')
}
