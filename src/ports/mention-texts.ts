export type TextGroup = 'prompt' | 'response'

/** Where a walk through a tenant's entries stands: the next leaf, by generation of the log. */
export type Places = Readonly<Record<string, number>>

/** A text of somebody else, as it rests. */
export interface OthersText {
  entryId: string
  group: TextGroup
  subjectPseudonym: string
  sealed: Uint8Array
}

export interface OthersValue {
  entryId: string
  placeholder: string
  subjectPseudonym: string
  sealed: Uint8Array
}

/** Some entries, a few megabytes at most unless one text alone is larger. */
export interface TextStretch {
  texts: OthersText[]
  values: OthersValue[]
  /** What stands in clear in the ledger and beside the texts of all these entries, the person's own too; one an entry. */
  open: string[]
  /** Where the walk stands behind this stretch; the same as before where its last entries are still to come. */
  places: Places
}

/** What is left of a text without the mentions in it. */
export interface FoundText {
  entryId: string
  group: TextGroup
  /** SHA-256 of the sealed blob that it was found in, and of what is to take its place. */
  oldDigest: Uint8Array
  newDigest: Uint8Array
  remaining: Uint8Array
}

/** Sealed copies of the person by the key that they name. */
export interface SealedCopies {
  store: string
  keyId: string
  copies: number
}

/**
 * What other people's entries hold of a person. Duties: every method may be repeated and is durable when it returns; no
 * transaction lasts longer than a second or so.
 */
export interface MentionTexts {
  /** Begins a search (again): nothing is claimed. */
  begin(caseId: string, tenantId: string): Promise<void>
  /** Entries of a tenant that have no leaf yet: of all, or of these. */
  withoutLeaf(tenantId: string, of: readonly string[] | null): Promise<string[]>
  /**
   * Goes through the entries of a tenant in the order of their leaves, each once; others than the person's with their texts
   * and values. @param from where to begin; @param until where to end, null: where there are no more leaves.
   */
  walk(
    tenantId: string,
    pseudonyms: readonly string[],
    from: Places,
    until: Places | null,
    withOpen: boolean,
  ): AsyncIterable<TextStretch>
  /** Keeps what was found; a text that was found before, and is the same still, stays as it was kept. */
  keep(
    caseId: string,
    texts: readonly FoundText[],
    values: readonly { entryId: string; placeholder: string }[],
  ): Promise<void>
  /**
   * Makes the texts that were found this case's alone. False: another erasure that is under way is going to cut one of them
   * first. From then on `stale` says which have changed since they were found.
   */
  claim(caseId: string, places: Places): Promise<boolean>
  /** Texts that are no longer the ones that were found; what was kept of them is forgotten. */
  takeStale(caseId: string): Promise<OthersText[]>
  /** Texts that wait for their cut. */
  waiting(caseId: string): Promise<number>
  /** Deletes some of the values that were found, behind a place; gives the place to go on from, null at the end. */
  deleteValues(caseId: string, after: string | null): Promise<string | null>
  /** Puts what remains of some texts in their places, where they still are what they were. False: none is left. */
  cutSome(caseId: string): Promise<boolean>
  /** Ends exports that hold copies of such texts, and notes that all is cut; gives what was, in all runs. */
  finish(caseId: string): Promise<{ values: number; textsCut: number }>
  /** Exports made before that of the person's entries or of texts that named them, and the parts of them that are left. */
  exportsLeft(caseId: string): Promise<{ looked: number; found: number }>
  /** How far the search came, and the sealed copies that there were before they were deleted; undefined where it never began. */
  searched(caseId: string): Promise<{ until: Places; copies: SealedCopies[] } | undefined>
}
