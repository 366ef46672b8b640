import { type DataKey, type SealContext, seal, unseal } from '../sealing/seal.ts'

export interface ExportRow {
  id: string
  tenantId: string
  subjectPseudonym: string
}

type Random = (length: number) => Uint8Array

/** A stretch of an export's entries, packed, sealed for its row. */
export function sealPart(row: ExportRow, dataKey: DataKey, partNo: number, packed: Uint8Array, random: Random): Buffer {
  return seal(dataKey, partContext(row, partNo), random(12), packed)
}

export function openPart(row: ExportRow, dataKey: DataKey, partNo: number, sealed: Uint8Array): Buffer {
  return unseal(dataKey, partContext(row, partNo), sealed)
}

export function sealSummary(row: ExportRow, dataKey: DataKey, json: string, random: Random): Buffer {
  return seal(dataKey, summaryContext(row), random(12), Buffer.from(json, 'utf8'))
}

export function openSummary(row: ExportRow, dataKey: DataKey, sealed: Uint8Array): string {
  return unseal(dataKey, summaryContext(row), sealed).toString('utf8')
}

function partContext({ id, tenantId, subjectPseudonym }: ExportRow, partNo: number): SealContext {
  return { tenantId, subjectPseudonym, table: 'subject_export_part', rowId: `${id}/${partNo}`, field: 'part' }
}

function summaryContext({ id, tenantId, subjectPseudonym }: ExportRow): SealContext {
  return { tenantId, subjectPseudonym, table: 'subject_export', rowId: id, field: 'summary' }
}
