import type { StoredEntry } from './ledger-reader.ts'

export interface AccountedDisclosure extends StoredEntry {
  /** As the entry's content has it; null where it is gone. */
  sealedPurpose: Uint8Array | null
}

/** Who was shown what of a person (45 CFR 164.528). Safe for concurrent use. */
export interface DisclosureAccounts {
  /**
   * Entries of kind `disclosure` about one subject, oldest first.
   * @param page those behind the entry `after`; times are milliseconds since the Unix epoch, `to` not included.
   */
  ofSubject(
    tenantId: string,
    pseudonym: string,
    page: { after: string | null; from: number | null; to: number | null; limit: number },
  ): Promise<AccountedDisclosure[]>
}
