/** The newest signed tree head of a log in force. */
export interface TreeHead {
  origin: string
  tenantId: string
  treeSize: number
  /** The signed note. */
  note: string
}

/** The trees as they are stored, for what is anchored and compared. Nothing here trusts what the database says of itself. */
export interface LedgerTrees {
  /** Of every log in force that has a signed checkpoint. */
  heads(): Promise<TreeHead[]>
  /** The largest signed head of a log that is not above `atMost`. */
  headUpTo(origin: string, atMost: number): Promise<TreeHead | undefined>
  /** How many leaves are stored. */
  size(origin: string): Promise<number>
  /** Leaf hashes `from` to `to` − 1, each computed from its leaf. Throws `LogDiverged` where one is missing. */
  leafHashes(origin: string, from: number, to: number): Promise<Buffer[]>
  /** The root of the first `size` leaves by what is stored; undefined where there are fewer. */
  root(origin: string, size: number): Promise<Buffer | undefined>
  /** The consistency proof between two sizes (RFC 6962 section 2.1.2). */
  consistency(origin: string, from: number, to: number): Promise<Buffer[]>
  /** The right edge of the tree of `size` leaves: its complete subtrees, largest first. */
  edge(origin: string, size: number): Promise<Buffer[]>
}
