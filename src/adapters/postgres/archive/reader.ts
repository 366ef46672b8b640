import { equalBytes } from '../../../domain/ledger/bytes.ts'
import { encodeEnvelope } from '../../../domain/ledger/canonical.ts'
import { verifyCommitment } from '../../../domain/ledger/commitment.ts'
import { encodeLeaf, leafHash, leafOf } from '../../../domain/ledger/leaf.ts'
import { PalimpsestError } from '../../../errors.ts'
import type {
  ArchivedEntry,
  ArchiveObjects,
  ArchiveReader,
  ExpiredEntry,
  PersonRange,
} from '../../../ports/archive-reader.ts'
import type { StoredContent, StoredEntry } from '../../../ports/ledger-reader.ts'
import { type EntryFiles, type FoundEntries, readEntries } from '../../parquet/read-entry.ts'
import { readPerson } from '../../parquet/read-person.ts'
import type { Sql } from '../sql.ts'
import { dayOfId, type FoundPeriod, findOfEntries, findOfPerson } from './find-objects.ts'

/** Milliseconds that what was found is good for the next question about the same entry, and entries that are kept so. */
const RECENT_MS = 5_000
const MOST_RECENT = 100
/** Periods that are read at once for a person. */
const PERIODS_AT_ONCE = 12

type Found = ArchivedEntry | ExpiredEntry | undefined

/** Reads archived entries over the catalogue in the ledger's database and objects in local copies. */
export function createArchiveReader({ sql, objects }: { sql: Sql; objects: ArchiveObjects }): ArchiveReader {
  const recent = new Map<string, { at: number; found: Promise<Found> }>()
  const look = async (tenantId: string, id: string) => (await findSome(sql, objects, tenantId, [id], true)).get(id)
  return {
    async find(tenantId, entryId) {
      const now = Date.now()
      for (const [key, { at }] of recent) if (now - at > RECENT_MS || recent.size >= MOST_RECENT) recent.delete(key)
      const key = `${tenantId}/${entryId}`
      const known = recent.get(key)
      if (known !== undefined) return known.found
      const found = look(tenantId, entryId)
      recent.set(key, { at: now, found })
      found.catch(() => recent.delete(key))
      return found
    },

    findAll: (tenantId, entryIds) => findSome(sql, objects, tenantId, entryIds, false),
    ofPerson: (range) => findPerson(sql, objects, range),
  }
}

async function findSome(
  sql: Sql,
  objects: ArchiveObjects,
  tenantId: string,
  ids: readonly string[],
  withContent: boolean,
): Promise<Map<string, ArchivedEntry | ExpiredEntry>> {
  const { leaves, periods } = await findOfEntries(sql, tenantId, ids)
  const files = await filesOf(objects, periods, withContent)
  const read = await readEntries(files, [...leaves.keys()])
  const byDay = Map.groupBy(periods, ({ fromDay }) => fromDay)
  const all = new Map<string, ArchivedEntry | ExpiredEntry>()
  for (const entry of archivedOf(read, leaves, periods)) all.set(entry.envelope.id, entry)
  for (const id of leaves.keys()) {
    if (all.has(id)) continue
    const expiredBy = (byDay.get(dayOfId(id)) ?? []).flatMap((one) => one.expiredBy ?? [])
    if (expiredBy.length === 0) throw entryMissing(id)
    all.set(id, { expiredBy })
  }
  return all
}

async function findPerson(sql: Sql, objects: ArchiveObjects, range: PersonRange): Promise<ArchivedEntry[]> {
  const periods = (await findOfPerson(sql, range)).filter(({ facts, held }) => facts !== null || held !== null)
  const found: ArchivedEntry[] = []
  for (let at = 0; at < periods.length && found.length < range.limit; at += PERIODS_AT_ONCE) {
    const some = periods.slice(at, at + PERIODS_AT_ONCE)
    const read = await readPerson(await filesOf(objects, some, true), { ...range, limit: range.limit - found.length })
    const ids = read.entries.map(({ envelope }) => envelope.id)
    const leaves = await sql.asTenant(
      range.tenantId,
    )`SELECT entry_id, leaf_hash FROM ledger_leaf WHERE entry_id = ANY(${ids}::uuid[])`
    const hashes = new Map(leaves.map((row) => [String(row.entry_id), row.leaf_hash as Uint8Array]))
    found.push(...archivedOf(read, hashes, some))
  }
  return found
}

/** Local copies of what stands of these periods: what a hold has kept of one, where the rest is gone. */
async function filesOf(
  objects: ArchiveObjects,
  periods: readonly FoundPeriod[],
  withContent: boolean,
): Promise<EntryFiles> {
  const facts: string[] = []
  const content: string[] = []
  for (const period of periods) {
    const kept = period.expiredBy === null ? period : { facts: period.held, content: period.held }
    if (kept.facts === null) continue
    facts.push(await objects.local(kept.facts.name, kept.facts.sha256))
    if (withContent && kept.content !== null) content.push(await objects.local(kept.content.name, kept.content.sha256))
  }
  return { facts, content }
}

function archivedOf(
  { entries, contents }: FoundEntries,
  leaves: ReadonlyMap<string, Uint8Array>,
  periods: readonly FoundPeriod[],
): ArchivedEntry[] {
  const byDay = new Map(periods.map(({ fromDay, id }) => [fromDay, id]))
  return entries.map(({ leafHash: inFile, ...entry }) => {
    const { id } = entry.envelope
    const leaf = leaves.get(id)
    if (leaf === undefined || !isTrue(entry, inFile, leaf)) throw entryChanged(id)
    const content: StoredContent | null = contents.get(id) ?? null
    return { ...entry, content, archive: byDay.get(dayOfId(id)) ?? '' }
  })
}

/** Whether a row is what the leaf in the database says, and its envelope opens its commitment. */
function isTrue(entry: StoredEntry, inFile: Uint8Array, leaf: Uint8Array): boolean {
  const { envelope, envelopeNonce, commitments } = entry
  return (
    equalBytes(inFile, leaf) &&
    equalBytes(leafHash(encodeLeaf(leafOf(envelope, commitments))), leaf) &&
    verifyCommitment(commitments.envelope, 'envelope', envelopeNonce, envelope.id, encodeEnvelope(envelope))
  )
}

function entryMissing(id: string): PalimpsestError {
  return new PalimpsestError({
    code: 'archive_entry_missing',
    status: 500,
    message: `Entry ${id} has a leaf, but is neither in the database nor in the archive: have the ledger verified.`,
  })
}

function entryChanged(id: string): PalimpsestError {
  return new PalimpsestError({
    code: 'archive_entry_changed',
    status: 500,
    message: `Entry ${id} in the archive is not what its leaf says: have the ledger verified.`,
  })
}
