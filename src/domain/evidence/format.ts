/** The shapes of an evidence pack (docs/verify.md). They are written here and read by verify/verify.mjs. */

export const PACK_FORMAT = 'palimpsest/v1/pack'
export const MANIFEST_NAME = 'manifest.json'
export const RECEIPTS_NAME = 'receipts.jsonl'

/** What a verifier found, or the packer in the stored rows beside the evidence. */
export type FaultKind = 'changed' | 'removed' | 'inserted' | 'moved' | 'lost'

/** Something in the store that contradicts the evidence: a row without a place, a copy that is not the original. */
export interface Fault {
  readonly kind: FaultKind
  /** The entry concerned; null where there is none. */
  readonly entry: string | null
  /** Half a sentence without data of a request. */
  readonly what: string
}

/** One log of a pack. */
export interface LogInfo {
  readonly origin: string
  /** The member with its lines. */
  readonly file: string
  /** The right edge of the tree before the first line (docs/ledger.md section 7), in hex; null: from the first leaf. */
  readonly edge: string | null
  /** The chain before the first line, in hex; null: from the first leaf. */
  readonly chain: string | null
  /** `all`: a leaf without its entry is a fault, unless a receipt explains it. */
  readonly entries: 'all' | 'some'
  /** Envelopes of the entries that opened writer epochs before the first line. */
  readonly openings: readonly unknown[]
  /** Signed tree heads over more leaves than there are. */
  readonly beyond: readonly string[]
  readonly faults: readonly Fault[]
}

export interface PackMember {
  readonly name: string
  readonly bytes: number
  /** Hex. */
  readonly sha256: string
}

export interface PackManifest {
  readonly format: typeof PACK_FORMAT
  /** Microseconds since the Unix epoch. */
  readonly made_at: number
  readonly made_by: string
  /** Verifier keys; whoever verifies brings their own. */
  readonly signers: readonly string[]
  /** Verifier keys of the witnesses that are asked to cosign. */
  readonly witnesses: readonly string[]
  /** Oldest generation first. */
  readonly logs: readonly LogInfo[]
  readonly members: readonly PackMember[]
  readonly not_proved: readonly string[]
}

/** One line of a log's member: a leaf and everything that is said of it. Members that do not apply are left out. */
export interface LogLine {
  leaf_index: number
  /** Base64, as are `chain` and `anchored`. */
  leaf: string
  chain: string
  /** The leaf hash that an anchor has. */
  anchored?: string
  entry?: unknown
  /** Batches whose first entry this is. */
  batches?: unknown[]
  /** Signed tree heads of this size. */
  heads?: string[]
  fault?: Fault
}
