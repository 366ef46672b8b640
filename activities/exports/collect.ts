import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { heartbeat } from '@temporalio/activity'
import { SummaryOfEntries } from '../../src/domain/exports/export-summary.ts'
import { exportEntry } from '../../src/domain/exports/exported-entry.ts'
import { type ExportRow, sealPart, sealSummary } from '../../src/domain/exports/sealing.ts'
import { LEAST_STRETCH, nextStretch } from '../../src/domain/exports/stretch.ts'
import type { DataKey } from '../../src/domain/sealing/seal.ts'
import { KeyDestroyed } from '../../src/ports/key-service.ts'
import type { StoredExport } from '../../src/ports/subject-exports.ts'
import type { ExportDeps } from './deps.ts'
import type { ExportActivities } from './types.ts'

/** Characters of JSON in one part, about. */
const PART_CHARACTERS = 1024 * 1024

const pack = promisify(gzip)

/**
 * Opens a person's entries one stretch after another and seals them again, under the same key, as parts of the export. A second run
 * begins anew; what the first one still writes is refused.
 */
export function createCollect(deps: ExportDeps): ExportActivities['collectExport'] {
  const { exports, keys, gate } = deps
  return async ({ exportId }) => {
    const run = randomUUID()
    await gate.requireReplayed()
    if (!(await exports.begin(exportId, run))) return null
    const found = await exports.open(exportId)
    try {
      const dataKey = found.subject && (await keys.dataKey(found.subject.dataKeyId))
      const { entries, sealedSummary } = dataKey ? await collect(deps, found, run, dataKey) : NOTHING
      // An erasure meanwhile destroyed the key: what was sealed since then must not count as readable.
      if (found.subject) await keys.dataKey(found.subject.dataKeyId)
      await exports.noteCollected(exportId, run, { entries, erased: false, sealedSummary })
      return { entries, erased: false }
    } catch (error) {
      if (!(error instanceof KeyDestroyed)) throw error
      await exports.noteCollected(exportId, run, { entries: 0, erased: true, sealedSummary: null })
      return { entries: 0, erased: true }
    }
  }
}

const NOTHING = { entries: 0, sealedSummary: null }

async function collect(
  { exports, randomBytes }: ExportDeps,
  found: StoredExport,
  run: string,
  dataKey: DataKey,
): Promise<{ entries: number; sealedSummary: Uint8Array }> {
  const row = rowOfExport(found)
  const summary = new SummaryOfEntries()
  let texts: string[] = []
  let characters = 0
  let parts = 0
  const write = async () => {
    const packed = await pack(Buffer.from(texts.join('\n'), 'utf8'))
    await exports.addPart(found.id, run, parts, sealPart(row, dataKey, parts, packed, randomBytes))
    parts++
    texts = []
    characters = 0
  }
  let limit = LEAST_STRETCH
  for (let after: string | null = null; ; ) {
    const next = (most: number) => exports.entries(row.tenantId, row.subjectPseudonym, after, most)
    // What is too much at once, because long ones follow short ones, is read in the least stretches.
    const stretch = await next(limit).catch((error: unknown) => {
      if (limit === LEAST_STRETCH) throw error
      return next(LEAST_STRETCH)
    })
    let read = 0
    for (const sealed of stretch) {
      const entry = exportEntry(sealed, dataKey)
      summary.add(entry)
      const text = JSON.stringify(entry)
      texts.push(text)
      characters += text.length
      read += text.length
      if (characters >= PART_CHARACTERS) await write()
    }
    heartbeat({ parts })
    limit = nextStretch(stretch.length, read)
    after = stretch.at(-1)?.envelope.id ?? null
    if (after === null) break
  }
  if (texts.length > 0) await write()
  const counted = summary.summary()
  return { entries: counted.entries, sealedSummary: sealSummary(row, dataKey, JSON.stringify(counted), randomBytes) }
}

/** What names an export's sealed rows. */
function rowOfExport({ id, officer, subject }: StoredExport): ExportRow {
  return { id, tenantId: officer.tenantId, subjectPseudonym: subject?.pseudonym ?? '' }
}
