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
  /** The member with its records (docs/ledger.md section 20). */
  readonly file: string
  /** The right edge of the tree before the first leaf that is shown (section 7), in base64; null: it is the first of all. */
  readonly edge: string | null
  /** The chain before that leaf, in base64; null: it is the first of all. */
  readonly chain: string | null
  /** `all`: a leaf without its entry is a fault, unless a receipt explains it. */
  readonly entries: 'all' | 'some'
  /** Canonical bytes, in base64, of the envelopes that opened writer epochs before that leaf. */
  readonly openings: readonly string[]
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

/** Sealed groups, and the coverage, that are not what the envelope's digests name: `gone`, or the digest of what is stored, in hex. */
export type ContentState = Partial<Record<'subject' | 'prompt' | 'response' | 'coverage', string>>
