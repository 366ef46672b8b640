import { join } from 'node:path'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
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
import { copyToFile, readOut } from '../postgres/read-out.ts'
import { foldLeaves } from './fold-leaves.ts'
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
 * Writes facts, content and histories of a period as CSV, in one snapshot and on a connection of its own. What stands in the
 * files is what stands in the database: envelopes, and text that is sealed.
 */
export async function exportCsv(
  databaseUrl: string,
  period: PeriodKey,
  folder: string,
  signal: AbortSignal,
): Promise<CsvExport> {
  const options = { name: 'palimpsest-archive', statementTimeoutMs: STATEMENT_MS }
  return readOut(databaseUrl, options, signal, async (client) => {
    await client.query('SET LOCAL ROLE palimpsest_archivist')
    await client.query(`SET LOCAL work_mem = '64MB'`)
    return exportWithin(client, period, folder)
  })
}

async function exportWithin(client: pg.Client, period: PeriodKey, folder: string): Promise<CsvExport> {
  const source = sourcesOf(period)
  const rows = async (text: string) => (await client.query<Record<string, string | null>>(text)).rows
  const one = async (text: string): Promise<TextRow> => (await rows(text))[0] ?? {}
  const content = await one(contentSql(source.content, longestSql(CONTENT_TEXTS)))
  const facts = await one(sumsSql(source.entries, longestSql(FACTS_TEXTS)))
  const histories = await one(source.historiesSize)
  const totals = totalsOf(facts, await rows(countsSql(source.entries)), content)
  const { server_version: postgres = '' } = await one('SHOW server_version')
  const files: CsvFile[] = []
  const write = async (part: PeriodPart, columns: readonly ArchiveColumn[], from: string, { longest }: TextRow) => {
    const path = join(folder, `${part}.csv`)
    // Sorted below, written above: the server sorts references to large values, not the values.
    const query = `SELECT ${columns.map((c) => c.postgres.replace(/\b[eclh]\./g, 's.')).join(', ')} FROM (${from} OFFSET 0) s`
    const { rows: copied, bytes } = await copyToFile(client, query, path)
    files.push({
      part,
      path,
      rows: copied,
      longest: Number(longest ?? 0) * 2 + 65_536,
      average: bytes / Math.max(copied, 1),
    })
    return copied
  }
  if (totals.entries > 0) {
    const copied = await write('facts', FACTS_COLUMNS, source.facts, facts)
    if (copied !== totals.entries) throw await leafMissing(client, source.entries)
  }
  if (totals.content.rows > 0) await write('content', CONTENT_COLUMNS, source.contentRows, content)
  if (histories.longest !== null) await write('histories', HISTORIES_COLUMNS, source.histories, histories)
  const leaves = await foldLeaves(client.query(copyTo(source.leaves)))
  return { totals, ...leaves, files, postgres: postgres ?? '' }
}

/** Texts without a bound on their length, by part. */
const FACTS_TEXTS = ['detail', 'attempts', 'entity_counts', 'price_usd']
const CONTENT_TEXTS = ['sealed_subject', 'sealed_prompt', 'sealed_response', 'coverage']

/** Bytes of the longest row's texts, as a further aggregate. */
function longestSql(columns: readonly string[]): string {
  const bytes = columns.map((name) => `coalesce(octet_length(${name}), 0)`)
  return `, CAST(max(${bytes.join(' + ')}) AS VARCHAR) AS longest`
}

interface Sources {
  entries: string
  content: string
  facts: string
  contentRows: string
  histories: string
  leaves: string
  historiesSize: string
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
    historiesSize: `SELECT max(octet_length(h.history))::text AS longest ${histories}`,
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
