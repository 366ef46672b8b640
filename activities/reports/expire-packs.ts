import { heartbeat } from '@temporalio/activity'
import { reportPrefix } from '../../src/domain/reports/object-names.ts'
import { packExpired } from '../../src/domain/reports/report-entry.ts'
import type { ArchiveStore } from '../../src/ports/archive-store.ts'
import type { ReportPacks } from '../../src/ports/report-packs.ts'
import type { StoredReport } from '../../src/ports/reports.ts'
import type { Expired } from '../archive/expire-types.ts'
import { removeWhole } from '../archive/remove-objects.ts'
import { appendOnce } from '../erasure/append-once.ts'
import { whileBeating } from '../while-beating.ts'
import { withoutData } from '../without-data.ts'
import type { ReportDeps } from './deps.ts'
import type { PackActivities } from './pack-types.ts'

export interface PackDeps
  extends Pick<ReportDeps, 'reports' | 'ledger' | 'entries' | 'retentionClass' | 'now' | 'newEntryId'> {
  packs: ReportPacks
  store: Pick<ArchiveStore, 'stat' | 'hold' | 'remove' | 'list'>
  /** Days for which a tenant's packs are kept. */
  packDays(tenantId: string): number
}

/** Packs in one answer, and those that the store is told of in one stretch, at most. */
const MOST = 100

/** The steps of `expireArchives` that are about packs of reports. */
export function createPackActivities(deps: PackDeps): PackActivities {
  const { packs } = deps
  const steps: PackActivities = {
    async reconcilePackHolds() {
      const counts = { held: 0, released: 0, failed: 0 }
      for (let after = ''; ; ) {
        const changes = await packs.holdChanges(MOST, after)
        for (const { name, on } of changes) {
          counts[await tell(deps, name, on)] += 1
          after = name
          heartbeat()
        }
        if (changes.length < MOST) return counts
      }
    },

    async findExpiringPacks({ after }) {
      const tenants = await packs.tenants()
      const kept = tenants.map((tenantId) => ({ tenantId, days: deps.packDays(tenantId) }))
      const reports = await packs.ending(kept, MOST, after)
      return { reports, next: reports.length === MOST ? (reports.at(-1) ?? null) : null }
    },

    expirePack: ({ reportId }) =>
      whileBeating(() => packs.exclusively(reportId, async () => expireAlone(deps, await deps.reports.open(reportId)))),
  }
  return withoutData(steps, 'a step of the end of packs could not be done and is tried again')
}

/** One object that the store does not know, or does not hold, keeps nobody from the others: the next run tries it again. */
async function tell({ store, packs }: PackDeps, name: string, on: boolean): Promise<'held' | 'released' | 'failed'> {
  try {
    await store.hold(name, on)
  } catch {
    return 'failed'
  }
  await packs.noteHold(name, on)
  return on ? 'held' : 'released'
}

/** Holds are looked at before anything is said; once the entry stands, the pack has ended, and its objects go behind it. */
async function expireAlone(deps: PackDeps, found: StoredReport): Promise<Expired> {
  const { packs, store, entries } = deps
  const { id, officer, expiryEntry } = found
  const { tenantId } = officer
  const isRecorded = expiryEntry !== null && (await entries.entry(tenantId, expiryEntry)) !== undefined
  if (!isRecorded) {
    if (await packs.isHeld(id)) return 'held'
    await recordEnd(deps, found)
  }
  await packs.expired(id)
  const names: string[] = []
  for await (const name of store.list(reportPrefix(tenantId, id))) names.push(name)
  for (const name of names) await removeWhole(store, name)
  await packs.removed(id)
  return 'expired'
}

async function recordEnd(deps: PackDeps, { id, officer, kind, entryId: madeBy, pack }: StoredReport): Promise<void> {
  if (pack === null) throw new Error('a report without a pack has none that ends')
  const { tenantId } = officer
  const entryId = await deps.packs.openExpiry(id, deps.newEntryId())
  const report = { id, kind, madeBy }
  const retentionClass = deps.retentionClass(tenantId)
  await appendOnce(deps, packExpired({ entryId, at: deps.now(), tenantId, retentionClass, report, pack }))
}
