/** One of a person's identifiers: the type is the engine's entity type. */
export interface Identifier {
  type: string
  value: string
}

/** What a privacy officer asks for. Sealed under the case key; it never leaves the process. */
export interface ErasureRequest {
  /** The app's own id of the user; null: identifiers alone. */
  user: string | null
  identifiers: readonly Identifier[]
  reason: string | null
}

export type ErasureState = 'pending' | 'awaiting_approval' | 'running' | 'completed' | 'refused' | 'failed'

/**
 * What has to be done again in a database that was restored from before it happened. Ids only: it stands where nobody can
 * remove it, so it holds nothing that could be traced to a person once their data is gone.
 */
export interface Tombstone {
  tenant: string
  case: string
  /** The number of the erasure's receipt. */
  receipt: number
  /** Microseconds since the Unix epoch. */
  at: number
  /** Data keys to destroy. */
  keys: readonly string[]
  /** Subjects to detach, each with the token that stands in its place. */
  subjects: readonly { pseudonym: string; token: string }[]
  /** Detected values to delete: entry and placeholder. */
  values: readonly (readonly [entry: string, placeholder: string])[]
  /**
   * Stored texts in which a restored copy still mentions the person: entry, group, and the SHA-256, in hex, of the sealed blob
   * that the cut leaves.
   */
  texts: readonly (readonly [entry: string, group: 'prompt' | 'response', now: string])[]
}
