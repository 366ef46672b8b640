import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { toHex } from '../../src/domain/ledger/bytes.ts'
import { jcs } from '../../src/domain/ledger/json.ts'
import { archiveEntry } from '../../src/domain/retention/archive-entry.ts'
import { PalimpsestError } from '../../src/errors.ts'
import type { ArchivedPeriod, CatalogueObject } from '../../src/ports/archive-periods.ts'
import { inScratchFolder } from '../scratch-folder.ts'
import { clearStale } from './clear-stale.ts'
import type { EndDeps } from './end-deps.ts'
import { nameOf } from './manifest-file.ts'
import { removeObjects } from './remove-objects.ts'

/**
 * Copies what the objects have of some people into an object of its own, fetches it back and compares it. Undefined: there is nothing. The store is
 * told to keep it before anything else goes.
 */
export async function keepHeld(
  deps: EndDeps,
  period: ArchivedPeriod,
  from: { facts: CatalogueObject; content: CatalogueObject | undefined },
  people: readonly string[],
  signal: AbortSignal,
): Promise<CatalogueObject | undefined> {
  const { periods, store, rows, ending } = deps
  return inScratchFolder(deps.folder, async (folder) => {
    const files = {
      facts: join(folder, 'facts.parquet'),
      content: from.content ? join(folder, 'content.parquet') : null,
    }
    await store.fetch(from.facts.name, files.facts, from.facts.sha256)
    if (from.content && files.content) await store.fetch(from.content.name, files.content, from.content.sha256)
    await mkdir(join(folder, 'made'), { mode: 0o700 })
    const file = await rows.copyHeld(files, join(folder, 'made', 'held.parquet'), people, signal)
    if (file.rows === 0) return undefined
    const generation = await periods.freeGeneration(period)
    const { bytes, sha256, rows: entries } = file
    const announced = {
      name: nameOf(period, 'held', generation),
      part: 'held' as const,
      generation,
      bytes,
      sha256,
      entries,
    }
    await periods.announce(period.id, [announced])
    await store.put(announced.name, file, { lockUntil: null })
    await mkdir(join(folder, 'back'), { mode: 0o700 })
    const back = join(folder, 'back', 'held.parquet')
    await store.fetch(announced.name, back, sha256)
    const differing = await rows.verifyHeld(files, back, people, signal)
    if (differing.length > 0) throw notKept(differing)
    await store.hold(announced.name, true)
    await ending.noteHold(announced.name, true)
    await ending.supersede(period.id, { manifest: null, stored: [announced.name], superseded: [] })
    return { ...announced, state: 'stored' }
  })
}

/** What holds have kept of an ended period: whose hold has ended goes, by an entry that says so. Gives whether anything is kept. */
export async function settleHeld(deps: EndDeps, period: ArchivedPeriod, signal: AbortSignal): Promise<boolean> {
  const objects = await deps.periods.objects(period.id)
  await clearStale(
    deps,
    objects.filter(({ state }) => state === 'writing'),
  )
  const held = objects.filter(({ part, state }) => part === 'held' && state === 'stored')
  const [standing, later] = held
  const { whole, people } = await deps.ending.holdsOn(period.id)
  if (standing !== undefined && whole.length === 0) {
    const kept = await peopleIn(deps, standing)
    const still = kept.filter((pseudonym) => people.includes(pseudonym))
    if (later !== undefined || still.length < kept.length) {
      // What an earlier run has copied already takes its place.
      const from = { facts: standing, content: standing }
      const next = later ?? (still.length === 0 ? undefined : await keepHeld(deps, period, from, still, signal))
      await recordEnd(deps, period, standing, next)
      await deps.ending.supersede(period.id, { manifest: null, stored: [], superseded: [standing.name] })
      if (next !== undefined) return settleHeld(deps, period, signal)
      held.shift()
    }
  }
  await removeObjects(deps, period.id, 'held')
  return held.length > 0
}

/** Whose rows a held object has. */
export async function peopleIn({ store, rows, folder }: EndDeps, held: CatalogueObject): Promise<string[]> {
  return inScratchFolder(folder, async (scratch) => {
    const path = join(scratch, 'held.parquet')
    await store.fetch(held.name, path, held.sha256)
    return rows.peopleOf(path)
  })
}

async function recordEnd(
  deps: EndDeps,
  period: ArchivedPeriod,
  held: CatalogueObject,
  next: CatalogueObject | undefined,
): Promise<void> {
  const { ending, ledger, now, newEntryId } = deps
  const { tenantId, id } = period
  if ((await ending.entryOn(tenantId, id, 'expired', held.name)) !== undefined) return
  await ledger.append(
    archiveEntry({
      id: newEntryId(),
      at: now(),
      tenantId,
      status: 'expired',
      period: id,
      detail: jcs({
        period: periodDetail(period),
        object: held.name,
        sha256: toHex(held.sha256),
        entries: held.entries,
        kept: next ? { name: next.name, sha256: toHex(next.sha256), entries: next.entries } : null,
      }),
    }),
  )
}

export function periodDetail({ fromDay, belowDay, retentionClass, generation }: ArchivedPeriod) {
  return { from_day: fromDay, below_day: belowDay, retention_class: retentionClass, generation }
}

function notKept(what: readonly string[]): PalimpsestError {
  return new PalimpsestError({
    code: 'archive_mismatch',
    status: 409,
    message: `What came back of rows under a hold is not what was copied: ${what.join(', ')}. Nothing was removed.`,
  })
}
