import type { StoredContent, StoredEntry } from './ledger-reader.ts'

/** Objects of the archive as files of this machine, which must not be written to. */
export interface ArchiveObjects {
  /**
   * Where a copy with these very bytes lies; it stays readable for the minutes that a look-up takes.
   * @throws PalimpsestError as `ArchiveStore.fetch` does: `archive_restore_pending` where it has to be restored first.
   */
  local(name: string, sha256: Uint8Array): Promise<string>
}

export interface ArchivedEntry extends StoredEntry {
  /** The id of the archived period's first manifest. */
  archive: string
  /** Null: it never had any. A blob is null where it was erased. */
  content: StoredContent | null
}

/** An entry whose period was removed at the end of its life. */
export interface ExpiredEntry {
  /** Entries of kind `archive` that say so: of each retention class that ended on the entry's day, because which one it had is gone too. */
  expiredBy: readonly string[]
}

export interface PersonRange {
  tenantId: string
  pseudonym: string
  /** Behind this entry; null: from the first. */
  after: string | null
  kinds: readonly string[]
  /** When they occurred, in milliseconds since the Unix epoch; `to` is not included; null: at any time. */
  from: number | null
  to: number | null
  limit: number
}

/**
 * Reads entries that the database has no longer: of days whose partitions were dropped. What is in the database is not looked for, and
 * an entry that no leaf names is unknown without a look at the archive. Duties: a row that is not what its leaf in the database
 * says is an error, never an answer. Safe for concurrent use.
 */
export interface ArchiveReader {
  /**
   * Undefined: it is unknown, another tenant's, or in the database.
   * @throws PalimpsestError `archive_restore_pending`, `archive_object_missing`, `archive_object_changed`, `archive_entry_missing`.
   */
  find(tenantId: string, entryId: string): Promise<ArchivedEntry | ExpiredEntry | undefined>
  /** Several at once, by id, without their content. */
  findAll(tenantId: string, entryIds: readonly string[]): Promise<Map<string, StoredEntry | ExpiredEntry>>
  /** A person's entries of dropped days, in the order of their ids. */
  ofPerson(range: PersonRange): Promise<ArchivedEntry[]>
}

export function isExpired(found: StoredEntry | ExpiredEntry): found is ExpiredEntry {
  return 'expiredBy' in found
}
