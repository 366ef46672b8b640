import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { KeyIdentity } from '../config/types.ts'
import { type ExportHead, exportHead } from '../domain/exports/export-file.ts'
import { PAGE_END, pageEntry, pageStart } from '../domain/exports/export-page.ts'
import type { ExportSummary } from '../domain/exports/export-summary.ts'
import type { ExportedEntry } from '../domain/exports/exported-entry.ts'
import { type ExportRow, openPart, openSummary } from '../domain/exports/sealing.ts'
import { uuidv7 } from '../domain/ids/uuidv7.ts'
import { jcs } from '../domain/ledger/json.ts'
import { actEntry, sealNote } from '../domain/requests/act-entry.ts'
import { openText } from '../domain/requests/sealing.ts'
import type { DataKey } from '../domain/sealing/seal.ts'
import { KeyDestroyed } from '../ports/key-service.ts'
import type { StoredExport } from '../ports/subject-exports.ts'
import type { ApiDeps } from './deps.ts'

const unpack = promisify(gunzip)

type Form = 'json' | 'page'

/** The bytes of an export, once this reading of it is in the ledger. Where nothing can be read there is nothing to record. */
export async function openExport(
  deps: ApiDeps,
  reader: KeyIdentity,
  found: StoredExport,
  form: Form,
): Promise<AsyncIterable<Uint8Array>> {
  const dataKey = await keyOf(deps, found)
  if (dataKey === null) return bytesOf(form, headOf(found, found.subject === null ? 'none' : 'erased', null), [])
  const row = { id: found.id, tenantId: found.officer.tenantId, subjectPseudonym: found.subject?.pseudonym ?? '' }
  const summary = JSON.parse(openSummary(row, dataKey, found.sealedSummary ?? Buffer.alloc(0))) as ExportSummary
  await recordReading(deps, reader, found, dataKey)
  return bytesOf(form, headOf(found, 'all', summary), linesOf(deps, row, dataKey))
}

/** Null: nobody was known, or the person has been erased since. */
async function keyOf(deps: ApiDeps, found: StoredExport): Promise<DataKey | null> {
  if (found.subject === null || found.erased) return null
  try {
    return await deps.keys.dataKey(found.subject.dataKeyId)
  } catch (error) {
    if (error instanceof KeyDestroyed) return null
    throw error
  }
}

function headOf(found: StoredExport, readable: ExportHead['readable'], summary: ExportSummary | null): ExportHead {
  return exportHead({
    export: found.id,
    tenant: found.officer.tenantId,
    made_at: new Date(found.completedAt ?? found.requestedAt).toISOString(),
    subject: found.subject?.pseudonym ?? null,
    readable,
    disclosure: readable === 'all' ? found.disclosureId : null,
    summary,
  })
}

async function recordReading(
  deps: ApiDeps,
  officer: KeyIdentity,
  found: StoredExport,
  dataKey: DataKey,
): Promise<void> {
  const made = await deps.entries.entry(found.officer.tenantId, found.disclosureId)
  if (!made || !found.subject?.purpose) throw new Error('an export that is on record nowhere')
  const { pseudonym, purpose } = found.subject
  const madeAs = {
    requestId: found.disclosureId,
    subjectPseudonym: pseudonym,
    context: { tenantId: found.officer.tenantId },
  }
  const at = deps.now()
  const act = { id: uuidv7(at, deps.randomBytes(10)), officer, subjectPseudonym: pseudonym }
  const note = sealNote(act, dataKey, openText(madeAs, dataKey, 'prompt', purpose.sealed), deps.randomBytes)
  await deps.ledger.append(
    actEntry({
      ...act,
      kind: 'disclosure',
      status: 'disclosed',
      at,
      relatedEntry: found.disclosureId,
      retentionClass: made.envelope.retention_class,
      detail: jcs({ export: found.id }),
      note,
    }),
  )
}

/** JSON of the entries, those of one part at a time. */
async function* linesOf(deps: ApiDeps, row: ExportRow, dataKey: DataKey): AsyncGenerator<string[]> {
  for (let partNo = 0; ; partNo++) {
    const sealed = await deps.exports.part(row.id, partNo)
    if (!sealed) return
    const text = (await unpack(openPart(row, dataKey, partNo, sealed))).toString('utf8')
    yield text.split('\n')
  }
}

async function* bytesOf(
  form: Form,
  head: ExportHead,
  parts: AsyncIterable<string[]> | Iterable<string[]>,
): AsyncGenerator<Uint8Array> {
  const page = form === 'page'
  yield Buffer.from(page ? pageStart(head) : `${JSON.stringify(head).slice(0, -1)},"entries":[`, 'utf8')
  let first = true
  for await (const lines of parts) {
    const text = page
      ? lines.map((line) => pageEntry(JSON.parse(line) as ExportedEntry)).join('')
      : `${first ? '' : ','}\n${lines.join(',\n')}`
    first = false
    yield Buffer.from(text, 'utf8')
  }
  yield Buffer.from(page ? PAGE_END : '\n]}\n', 'utf8')
}
