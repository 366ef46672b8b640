import { equalBytes } from '../../src/domain/ledger/bytes.ts'
import type { CatalogueObject } from '../../src/ports/archive-periods.ts'
import type { ArchiveDeps } from './deps.ts'

/**
 * Removes objects of a try that came to nothing. What lies under such a name and is not what was announced is somebody else's
 * and stays; a manifest that is locked stays, and is noted as superseded.
 */
export async function clearStale(
  { store, periods }: Pick<ArchiveDeps, 'store' | 'periods'>,
  objects: readonly CatalogueObject[],
): Promise<void> {
  for (const { name, state, sha256 } of objects) {
    if (state === 'removed' || state === 'superseded') continue
    const found = await store.stat(name)
    const isOurs = found !== undefined && equalBytes(found.sha256, sha256)
    const outcome = isOurs ? await store.remove(name) : 'absent'
    await periods.mark([name], outcome === 'locked' ? 'superseded' : 'removed')
  }
}
