import { heartbeat } from '@temporalio/activity'
import { toHex } from '../../src/domain/ledger/bytes.ts'
import { jcs } from '../../src/domain/ledger/json.ts'
import { archiveEntry } from '../../src/domain/retention/archive-entry.ts'
import type { ArchivedPeriod, CatalogueObject } from '../../src/ports/archive-periods.ts'
import { whileBeating } from '../while-beating.ts'
import { withoutData } from '../without-data.ts'
import { clearStale } from './clear-stale.ts'
import type { EndDeps } from './end-deps.ts'
import type { ExpireActivities, Expired } from './expire-types.ts'
import { keepHeld, peopleIn, periodDetail, settleHeld } from './held.ts'
import { mendCatalogue } from './mend-catalogue.ts'
import { removeObjects } from './remove-objects.ts'

/** Periods in one answer, and objects that are told of holds in one stretch, at most. */
const MOST = 100

/** The steps of `expireArchives`. */
export function createExpireActivities(deps: EndDeps): ExpireActivities {
  const { ending, periods } = deps
  const steps: ExpireActivities = {
    async reconcileHolds() {
      const counts = { held: 0, released: 0, failed: 0 }
      for (let after = ''; ; ) {
        const changes = await ending.holdChanges(MOST, after)
        for (const { name, on } of changes) {
          counts[await tell(deps, name, on)] += 1
          after = name
          heartbeat()
        }
        if (changes.length < MOST) return counts
      }
    },

    mendCatalogue: () => whileBeating((signal) => mendCatalogue(deps, signal)),

    async findExpiring({ after }) {
      const classes = (await ending.classes()).flatMap(({ tenantId, retentionClass }) => {
        const policy = deps.policyOf(tenantId, retentionClass)
        return policy === null ? [] : [{ tenantId, retentionClass, deleteAfterDays: policy.deleteAfterDays }]
      })
      const found = await ending.ending(classes, MOST, after)
      const last = found.at(-1)
      return {
        periods: found.map(({ id }) => id),
        next: found.length === MOST && last !== undefined ? `${last.fromDay}${last.id}` : null,
      }
    },

    expirePeriod: ({ period }) =>
      whileBeating(async (signal) => periods.exclusively(period, () => expireAlone(deps, period, signal))),

    findHeld: async () => ({ periods: await ending.withHeld() }),

    settleHeldPeriod: ({ period: id }) =>
      whileBeating((signal) =>
        periods.exclusively(id, async () => {
          const period = await periods.find(id)
          if (period?.isExpired !== true) return 'removed'
          return (await settleHeld(deps, period, signal)) ? 'kept' : 'removed'
        }),
      ),
  }
  return withoutData(steps, 'a step of the end of archives could not be done and is tried again')
}

/** One object that the store does not know, or does not hold, keeps nobody from the others: the next run tries it again. */
async function tell({ store, ending }: EndDeps, name: string, on: boolean): Promise<'held' | 'released' | 'failed'> {
  try {
    await store.hold(name, on)
  } catch {
    return 'failed'
  }
  await ending.noteHold(name, on)
  return on ? 'held' : 'released'
}

/**
 * Holds are looked at before anything is said; once the entry stands, the period has ended, and a hold that comes later finds what it finds.
 * The objects go behind the entry.
 */
async function expireAlone(deps: EndDeps, id: string, signal: AbortSignal): Promise<Expired> {
  const { periods, ending } = deps
  const period = await periods.find(id)
  if (period === undefined || period.isExpired) return 'expired'
  const standing = await ending.entryOn(period.tenantId, id, 'expired', null)
  if (standing === undefined && (await ending.holdsOn(id)).whole.length > 0) return 'held'
  const entry = standing ?? (await recordExpiry(deps, period, await keepPeople(deps, period, signal)))
  await ending.noteEnded(id, entry)
  await removeObjects(deps, id, null)
  await ending.expired(id)
  return 'expired'
}

/** Keeps what people under a hold have in it; undefined: nobody is. */
async function keepPeople(
  deps: EndDeps,
  period: ArchivedPeriod,
  signal: AbortSignal,
): Promise<CatalogueObject | undefined> {
  const objects = await deps.periods.objects(period.id)
  await clearStale(
    deps,
    objects.filter(({ state }) => state === 'writing'),
  )
  const { people } = await deps.ending.holdsOn(period.id)
  const stored = (part: string) => objects.find((one) => one.part === part && one.state === 'stored')
  const before = stored('held')
  if (before !== undefined) {
    if (people.join('\n') === (await peopleIn(deps, before)).join('\n')) return before
    await deps.ending.supersede(period.id, { manifest: null, stored: [], superseded: [before.name] })
  }
  const facts = stored('facts')
  if (people.length === 0 || facts === undefined) return undefined
  return keepHeld(deps, period, { facts, content: stored('content') }, people, signal)
}

/** Appends the entry that ends a period; gives its id. */
async function recordExpiry(deps: EndDeps, period: ArchivedPeriod, held: CatalogueObject | undefined): Promise<string> {
  const objects = await deps.periods.objects(period.id)
  const gone = objects.filter(({ part, state }) => state === 'stored' && part !== 'manifest' && part !== 'held')
  const id = deps.newEntryId()
  await deps.ledger.append(
    archiveEntry({
      id,
      at: deps.now(),
      tenantId: period.tenantId,
      status: 'expired',
      period: period.id,
      detail: jcs({
        period: periodDetail(period),
        entries: period.entries,
        objects: gone.map(({ name, sha256, entries }) => ({ name, sha256: toHex(sha256), rows: entries })),
        held: held ? { name: held.name, sha256: toHex(held.sha256), entries: held.entries } : null,
      }),
    }),
  )
  return id
}
