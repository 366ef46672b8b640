import { EXPORTED_KINDS } from '../../domain/exports/exported-entry.ts'
import { PalimpsestError } from '../../errors.ts'
import { type ArchivedEntry, type ArchiveReader, type ExpiredEntry, isExpired } from '../../ports/archive-reader.ts'
import type { DisclosureAccounts } from '../../ports/disclosure-accounts.ts'
import type { LedgerReader } from '../../ports/ledger-reader.ts'
import type { SubjectExports } from '../../ports/subject-exports.ts'

/**
 * Reads the database, then the archive, in this order: what leaves the database in between is found in the archive, and what is in
 * both counts once, as the database has it.
 */
export function withArchive(reader: LedgerReader, archive: ArchiveReader): LedgerReader {
  const stored = (found: ArchivedEntry | ExpiredEntry | undefined): ArchivedEntry | undefined => {
    if (found !== undefined && isExpired(found)) throw entryExpired(found)
    return found
  }
  return {
    ...reader,

    entry: async (tenantId, entryId) =>
      (await reader.entry(tenantId, entryId)) ?? stored(await archive.find(tenantId, entryId)),

    content: async (tenantId, entryId) =>
      (await reader.content(tenantId, entryId)) ?? stored(await archive.find(tenantId, entryId))?.content ?? undefined,

    async page(tenantId, after, limit) {
      const page = await reader.page(tenantId, after, limit)
      const gone = page.filter(({ entry }) => entry === null).map(({ entryId }) => entryId)
      if (gone.length === 0) return page
      const archived = await archive.findAll(tenantId, gone)
      return page.map((one) => {
        const found = archived.get(one.entryId)
        if (one.entry !== null || found === undefined) return one
        return isExpired(found) ? { ...one, expiredBy: found.expiredBy } : { ...one, entry: found }
      })
    },
  }
}

/** A person's entries for an export, of dropped days too. Detected values are not in the archive. */
export function withArchivedEntries(exports: SubjectExports, archive: ArchiveReader): SubjectExports {
  return {
    ...exports,
    async entries(tenantId, pseudonym, after, limit) {
      const here = await exports.entries(tenantId, pseudonym, after, limit)
      const range = { tenantId, pseudonym, after, limit, kinds: EXPORTED_KINDS, from: null, to: null }
      const there = await archive.ofPerson(range)
      return merge(
        here,
        there.map((entry) => ({ envelope: entry.envelope, content: entry.content, values: [] })),
        limit,
      )
    },
  }
}

/** The accounting of disclosures, of dropped days too. */
export function withArchivedDisclosures(accounts: DisclosureAccounts, archive: ArchiveReader): DisclosureAccounts {
  return {
    async ofSubject(tenantId, pseudonym, page) {
      const here = await accounts.ofSubject(tenantId, pseudonym, page)
      const there = await archive.ofPerson({ tenantId, pseudonym, ...page, kinds: ['disclosure'] })
      return merge(
        here,
        there.map((entry) => ({ ...entry, sealedPurpose: entry.content?.sealedPrompt ?? null })),
        page.limit,
      )
    },
  }
}

/** The first of both in the order of their ids, each once. */
function merge<T extends { envelope: { id: string } }>(here: readonly T[], there: readonly T[], limit: number): T[] {
  const known = new Set(here.map(({ envelope }) => envelope.id))
  const all = [...here, ...there.filter(({ envelope }) => !known.has(envelope.id))]
  return all.sort((a, b) => (a.envelope.id < b.envelope.id ? -1 : 1)).slice(0, limit)
}

function entryExpired({ expiredBy }: ExpiredEntry): PalimpsestError {
  return new PalimpsestError({
    code: 'entry_expired',
    status: 410,
    message: `This entry was removed at the end of its retention period, as entry ${expiredBy.join(' or ')} says. Its leaf and proofs of it stay.`,
  })
}
