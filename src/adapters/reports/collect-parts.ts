import { hash } from 'node:crypto'
import { type Absent, REPORT_MEMBERS, type ReadArchive } from '../../domain/reports/pack-manifest.ts'
import type { ReportData } from '../../domain/reports/types.ts'
import type { ReportEvidence } from '../../ports/report-evidence.ts'

/** Asked for at a time: the gateway goes on answering beside it. */
const AT_ONCE = 4

export interface TextMember {
  name: string
  bytes: Uint8Array
}

/** What stands behind the figures of a report. */
export interface CollectedParts {
  members: TextMember[]
  archives: ReadArchive[]
  archiveOf: Map<string, string>
  absent: Absent[]
}

/** Proofs and histories of the sampled entries, manifests and proofs of the archives that were read; what is not there is named. */
export async function collectParts(evidence: ReportEvidence, data: ReportData): Promise<CollectedParts> {
  const parts: CollectedParts = { members: [], archives: [], archiveOf: new Map(), absent: [] }
  const objects = data.sources.filter(({ sha256 }) => sha256 !== null)
  await each(data.sample.entries, (entry) => addEntry(evidence, data.tenantId, entry, parts))
  await each(objects, ({ name }) => addArchive(evidence, data.tenantId, name, parts))
  // What came in another order is the same pack.
  parts.members.sort((a, b) => (a.name < b.name ? -1 : 1))
  parts.archives.sort((a, b) => (a.entry < b.entry ? -1 : 1))
  parts.absent.sort((a, b) => (`${a.what} ${a.of}` < `${b.what} ${b.of}` ? -1 : 1))
  return parts
}

async function addEntry(evidence: ReportEvidence, tenantId: string, entry: string, parts: CollectedParts) {
  const [proof, runs] = await Promise.all([evidence.proof(tenantId, entry), evidence.histories(tenantId, entry)])
  if (proof === undefined)
    parts.absent.push({ what: 'proof', of: entry, why: 'no signed checkpoint shows it, or it was removed' })
  else parts.members.push(member(REPORT_MEMBERS.entryProof(entry), proof))
  if (runs.length === 0) {
    const why = 'none is kept: the policy did not ask for it, the engine has forgotten it, or it is no request'
    parts.absent.push({ what: 'history', of: entry, why })
  }
  for (const { runId, history } of runs) parts.members.push(member(REPORT_MEMBERS.history(entry, runId), history))
}

async function addArchive(evidence: ReportEvidence, tenantId: string, object: string, parts: CollectedParts) {
  const manifest = await evidence.archiveManifest(tenantId, object)
  if (manifest === undefined) {
    parts.absent.push({ what: 'archive manifest', of: object, why: 'it could not be read' })
    return
  }
  const { entry, bytes } = manifest
  parts.archiveOf.set(object, entry)
  if (parts.archives.some((known) => known.entry === entry)) return
  parts.archives.push({ entry, sha256: hash('sha256', bytes) })
  parts.members.push({ name: REPORT_MEMBERS.archiveManifest(entry), bytes })
  const proof = await evidence.proof(tenantId, entry)
  if (proof === undefined) parts.absent.push({ what: 'proof', of: entry, why: 'no signed checkpoint shows it yet' })
  else parts.members.push(member(REPORT_MEMBERS.archiveProof(entry), proof))
}

function member(name: string, text: string): TextMember {
  return { name, bytes: Buffer.from(text, 'utf8') }
}

async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values()
  const worker = async () => {
    for (const item of rest) await work(item)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}
