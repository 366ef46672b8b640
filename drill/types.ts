import type { Store, Table } from './store.ts'

export type Kind = 'changed' | 'removed' | 'inserted' | 'moved' | 'lost'

/** Where the row stands that is tampered with. */
export type Place = 'anchored' | 'signed' | 'waiting'

/** What a verifier should name. Null: it need not name one. */
export interface Expected {
  kinds: readonly Kind[]
  leaf: number | null
  entry: string | null
  /** It may only be narrowed down to these leaves, both included. */
  within?: readonly [number, number]
}

export interface Attempt {
  what: string
  place: Place
  tables: readonly Table[]
  apply(store: Store): Promise<void>
  expected: Expected
  /** Why the design cannot see it. */
  blind?: string
}

export interface LeafFact {
  index: number
  id: string
  epoch: string
  seq: number
}

/** The ledger as it was before anybody touched it. */
export interface Facts {
  tenant: string
  logId: Buffer
  leaves: readonly LeafFact[]
  /** Leaves below this index are anchored. */
  anchored: number
  /** Sizes of the signed checkpoints. */
  sizes: readonly number[]
  /** By first leaf. */
  batches: readonly { epoch: string; no: number; firstSeq: number; count: number; leaf: number; last: number }[]
  waiting: readonly string[]
  /** What names the row of the rotated log key; null: none was. */
  rotation: { log_id: Buffer; old_key: string } | null
}
