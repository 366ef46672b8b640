import type { ArchivePart } from '../../src/domain/retention/object-name.ts'
import { PalimpsestError } from '../../src/errors.ts'
import type { ArchiveStore } from '../../src/ports/archive-store.ts'
import type { EndDeps } from './end-deps.ts'

/** Removes what was superseded of a period, every version of it; manifests stay. `part` null: all parts but what a hold keeps. */
export async function removeObjects(
  { periods, store, ending }: Pick<EndDeps, 'periods' | 'store' | 'ending'>,
  periodId: string,
  part: ArchivePart | null,
): Promise<void> {
  for (const object of await periods.objects(periodId)) {
    if (object.state !== 'superseded' || object.part === 'manifest') continue
    if (part !== null && object.part !== part) continue
    const { name } = object
    await removeWhole(store, name)
    await ending.noteHold(name, false)
    await periods.mark([name], 'removed')
  }
}

/** Removes an object with all its versions, whatever hold the gateway has had the store put on it. */
export async function removeWhole(store: Pick<ArchiveStore, 'stat' | 'hold' | 'remove'>, name: string): Promise<void> {
  if ((await store.stat(name)) !== undefined) await store.hold(name, false)
  if ((await store.remove(name)) === 'locked') throw locked()
}

function locked(): PalimpsestError {
  return new PalimpsestError({
    code: 'archive_object_locked',
    status: 409,
    message:
      'The store does not let go of an object that is to be removed: release its lock or hold there; it is tried again.',
  })
}
