import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { ApplicationFailure } from '@temporalio/activity'
import { reportObject, reportPrefix } from '../../src/domain/reports/object-names.ts'
import type { ReportBodyFacts, StoredReport } from '../../src/ports/reports.ts'
import { inScratchFolder } from '../scratch-folder.ts'
import { whileBeating } from '../while-beating.ts'
import type { ReportDeps } from './deps.ts'
import type { ReportActivities } from './types.ts'

/** Adds the proof of the report's entry to its body, stores the pack, and opens it for reading. What else was made goes. */
export function createSeal(deps: ReportDeps): ReportActivities['sealReport'] {
  const { reports, packer, store } = deps
  return async ({ reportId }) => {
    const found = await reports.open(reportId)
    if (found.state === 'running') {
      await reports.note(reportId, 'sealing', null)
      await whileBeating(() =>
        inScratchFolder(deps.folder, async (folder) => {
          const { tenantId } = found.officer
          const { name: bodyName, sha256 } = bodyOf(found)
          const [body, pack] = [join(folder, 'body.zip'), join(folder, 'pack.zip')]
          await store.fetch(bodyName, body, sha256)
          const file = await packer.sealPack({ tenantId, entryId: found.entryId, body, pack }).catch(waitForLeaf(deps))
          const name = reportObject(tenantId, reportId, 'pack', randomUUID())
          await store.put(name, file, { lockUntil: null })
          await reports.complete(reportId, { name, sha256: file.sha256, bytes: file.bytes }, deps.now())
        }),
      )
    }
    const { pack } = await reports.open(reportId)
    if (pack === null) throw ApplicationFailure.nonRetryable('the report has ended without a pack', 'report_ended')
    await removeOthers(deps, found, pack.name)
    return { bytes: pack.bytes }
  }
}

export function bodyOf({ body }: StoredReport): ReportBodyFacts {
  if (body === null) throw ApplicationFailure.nonRetryable('the report has no body', 'report_without_body')
  return body
}

/** The entry is under a checkpoint within a second or so: it is looked for again then. */
function waitForLeaf({ hurryLeaves }: ReportDeps): (error: unknown) => never {
  return (error) => {
    if ((error as { code?: unknown }).code !== 'report_not_anchored') throw error
    hurryLeaves()
    throw ApplicationFailure.create({
      type: 'report_not_anchored',
      message: 'the entry of the report is not under a signed checkpoint yet',
      nextRetryDelay: '1 second',
    })
  }
}

/** Removes the report's objects but the one that is kept; null: none is. */
export async function removeOthers(
  { store }: ReportDeps,
  { id, officer }: StoredReport,
  kept: string | null,
): Promise<void> {
  const names: string[] = []
  for await (const name of store.list(reportPrefix(officer.tenantId, id))) if (name !== kept) names.push(name)
  for (const name of names) await store.remove(name)
}
