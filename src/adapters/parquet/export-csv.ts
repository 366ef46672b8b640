import { join } from 'node:path'
import pg from 'pg'
import type { ControlTotals } from '../../domain/retention/control-totals.ts'
import {
  type ArchiveColumn,
  CONTENT_COLUMNS,
  FACTS_COLUMNS,
  HISTORIES_COLUMNS,
} from '../../domain/retention/facts-columns.ts'
import type { LeafRange, PeriodKey } from '../../domain/retention/manifest.ts'
import { PalimpsestError } from '../../errors.ts'
import type { PeriodPart } from '../../ports/period-files.ts'
import { copyOut } from '../postgres/copy-out.ts'
import { copyToFile, readOut, readOutTogether } from '../postgres/read-out.ts'
import type { LeafFolds } from './fold-leaves.ts'
import { contentSql, countsSql, sumsSql, type TextRow, totalsOf } from './totals-sql.ts'

/** Milliseconds that one statement of an export may take. */
const STATEMENT_MS = 3_600_000

export interface CsvFile {
  part: PeriodPart
  path: string
  rows: number
  /** Bytes of the longest row at most, and of an average one. */
  longest: number
  average: number
}

export interface CsvExport {
  totals: ControlTotals
  root: Uint8Array
  leaves: LeafRange[]
  files: CsvFile[]
  postgres: string
}

/**
 * Writes facts, content and histories of a period as CSV, in one snapshot and on two connections of its own, so that two cores are
 * at work. What stands in the files is what stands in the database: envelopes, and text that is sealed.
 */
export async function exportCsv(
  databaseUrl: string,
  period: PeriodKey,
  folder: string,
  folds: LeafFolds,
  signal: AbortSignal,
): Promise<CsvExport> {
  const options = { name: 'palimpsest-archive', statementTimeoutMs: STATEMENT_MS }
  const source = sourcesOf(period)
  const [facts, rest] = await readOutTogether(databaseUrl, options, signal, [
    async (client) => {
      await prepare(client)
      return copyPart(client, folder, 'facts', FACTS_COLUMNS, source.facts)
    },
    async (client) => {
      await prepare(client)
      return exportRest(client, source, folder, folds)
    },
  ])
  if ((facts?.rows ?? 0) !== rest.totals.entries) {
    throw await readOut(databaseUrl, options, signal, (client) => leafMissing(client, source.entries))
  }
  return { ...rest, files: [facts, ...rest.files].filter((file) => file !== null) }
}

async function prepare(client: pg.Client): Promise<void> {
  await client.query('SET LOCAL ROLE palimpsest_archivist')
  await client.query(`SET LOCAL work_mem = '64MB'`)
}

/** All but the facts, and what they add up to. */
async function exportRest(client: pg.Client, source: Sources, folder: string, folds: LeafFolds) {
  const rows = async (text: string) => (await client.query<Record<string, string | null>>(text)).rows
  const one = async (text: string): Promise<TextRow> => (await rows(text))[0] ?? {}
  const content = await copyPart(client, folder, 'content', CONTENT_COLUMNS, source.contentRows)
  const histories = await copyPart(client, folder, 'histories', HISTORIES_COLUMNS, source.histories)
  const totals = totalsOf(
    await one(sumsSql(source.entries)),
    await rows(countsSql(source.entries)),
    await one(contentSql(source.content)),
  )
  const { server_version: postgres = '' } = await one('SHOW server_version')
  const folded = await folds.fold((take) => copyOut(client, source.leaves, take))
  return { totals, ...folded, files: [content, histories], postgres: postgres ?? '' }
}

/** Null: there are no rows, and no file. */
async function copyPart(
  client: pg.Client,
  folder: string,
  part: PeriodPart,
  columns: readonly ArchiveColumn[],
  from: string,
): Promise<CsvFile | null> {
  const path = join(folder, `${part}.csv`)
  // Sorted below, written above: the server sorts references to large values, not the values.
  const query = `SELECT ${columns.map((c) => c.postgres.replace(/\b[eclh]\./g, 's.')).join(', ')} FROM (${from} OFFSET 0) s`
  const { rows, bytes, longest } = await copyToFile(client, query, path)
  return rows === 0 ? null : { part, path, rows, longest: longest + LINE_BYTES, average: bytes / rows }
}

/** Bytes that are granted to a line above the longest there is. */
const LINE_BYTES = 65_536

interface Sources {
  entries: string
  content: string
  facts: string
  contentRows: string
  histories: string
  leaves: string
}

function sourcesOf({ tenantId, retentionClass, fromDay, belowDay }: PeriodKey): Sources {
  const text = pg.escapeLiteral
  const within = (column: string) =>
    `${column} >= ledger_day_bound(${text(fromDay)}) AND ${column} < ledger_day_bound(${text(belowDay)})`
  const owned = `${within('e.id')} AND e.tenant_id = ${text(tenantId)} AND e.retention_class = ${text(retentionClass)}`
  const leaf = `FROM ledger_entry e JOIN ledger_leaf l ON l.entry_id = e.id AND ${within('l.entry_id')} WHERE ${owned}`
  const content = `FROM content c JOIN ledger_entry e ON e.id = c.entry_id WHERE ${within('c.entry_id')} AND ${owned}`
  const histories = `FROM workflow_history h JOIN ledger_entry e ON e.id = h.entry_id WHERE ${within('h.entry_id')} AND ${owned}`
  return {
    entries: `(SELECT e.* FROM ledger_entry e WHERE ${owned}) s`,
    content: `(SELECT c.* ${content}) s`,
    facts: `SELECT e.*, l.leaf_index, l.leaf_hash ${leaf} ORDER BY e.subject_pseudonym COLLATE "C", e.id`,
    contentRows: `SELECT e.id, e.subject_pseudonym, e.occurred_at, c.sealed_subject, c.sealed_prompt, c.sealed_response,
      c.coverage ${content} ORDER BY e.subject_pseudonym COLLATE "C", e.id`,
    histories: `SELECT h.* ${histories} ORDER BY h.entry_id`,
    leaves: `COPY (SELECT encode(l.log_id, 'base64'), l.leaf_index, encode(l.leaf_hash, 'base64') ${leaf}
      ORDER BY l.log_id, l.leaf_index) TO STDOUT (FORMAT csv)`,
  }
}

async function leafMissing(client: pg.Client, entries: string): Promise<PalimpsestError> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM ${entries} WHERE NOT EXISTS (SELECT FROM ledger_leaf l WHERE l.entry_id = s.id) ORDER BY id LIMIT 1`,
  )
  return new PalimpsestError({
    code: 'archive_leaf_missing',
    status: 409,
    message: `Entry ${rows[0]?.id ?? 'unknown'} has no leaf: nothing of its period is archived. See palimpsest verify.`,
  })
}
