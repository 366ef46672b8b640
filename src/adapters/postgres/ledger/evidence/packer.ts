import {
  type Fault,
  type LogInfo,
  MANIFEST_NAME,
  PACK_FORMAT,
  type PackManifest,
  RECEIPTS_NAME,
} from '../../../../domain/evidence/format.ts'
import { encodeLine, type LogLine } from '../../../../domain/evidence/log-records.ts'
import { encodeStampLine, type PackedStamp, TIME_STAMPS_NAME } from '../../../../domain/evidence/time-stamp.ts'
import { toBase64 } from '../../../../domain/ledger/bytes.ts'
import { encodeEnvelope } from '../../../../domain/ledger/canonical.ts'
import { parseCheckpoint } from '../../../../domain/ledger/checkpoint.ts'
import { CompactRange } from '../../../../domain/ledger/compact-range.ts'
import { parseNote } from '../../../../domain/ledger/note.ts'
import { parseOrigin } from '../../../../domain/ledger/origin.ts'
import { formatVkey } from '../../../../domain/ledger/vkey.ts'
import { type AnchorReader, LogDiverged } from '../../../../ports/anchored-heads.ts'
import type { EvidencePacker, PackOptions } from '../../../../ports/evidence.ts'
import type { LedgerTrees } from '../../../../ports/ledger-trees.ts'
import { ZipWriter } from '../../../archive/zip/zip-writer.ts'
import type { Sql } from '../../sql.ts'
import { ENTRY_COLUMNS, entryOf } from '../entry-row.ts'
import type { Log } from '../log.ts'
import type { Logs } from '../logs.ts'
import { readHeads } from './head-rows.ts'
import { findLeftOver } from './left-over.ts'
import { LogLines } from './log-lines.ts'
import { findOrphans, findStrangeLogs } from './orphans.ts'
import { readReceipts } from './receipts.ts'
import { takeSnapshot } from './snapshot.ts'

/** Time stamps of a log at most, the newest ones. */
const MOST_STAMPS = 32

/** Anchors that a pack repeats at most, the newest ones: a head covers all leaves before it. */
const MOST_ANCHORS = 2000

export interface PackerOptions {
  sql: Sql
  logs: Logs
  trees: LedgerTrees
  anchors: AnchorReader
  /** Files that travel with every pack: the verifiers and how to use them. */
  tools: readonly { name: string; bytes: Uint8Array }[]
  /** Verifier keys of the witnesses that are asked to cosign. */
  witnesses: readonly string[]
  madeBy: string
  /** Milliseconds since the Unix epoch. */
  now(): number
}

interface PackedLog {
  info: LogInfo
  stamps: string[]
  notProved: string[]
}

export function createEvidencePacker(options: PackerOptions): EvidencePacker {
  const { sql, logs, tools } = options
  return {
    async *pack(tenantId, pack) {
      const writer = new ZipWriter()
      const all = await logs.all(tenantId)
      const shown = pack.range === null ? all : all.slice(-1)
      const infos: LogInfo[] = pack.range === null ? missingLogs(options, tenantId, all) : []
      const notProved: string[] = []
      const stamps: string[] = []
      for (const log of shown) {
        const packed = yield* packLog(options, writer, log, pack)
        infos.push(packed.info)
        notProved.push(...packed.notProved)
        stamps.push(...packed.stamps)
      }
      infos.sort((a, b) => parseOrigin(a.origin).generation - parseOrigin(b.origin).generation)
      const receipts = (await readReceipts(sql, logs, tenantId)).map((proof) => `${JSON.stringify({ proof })}\n`)
      if (receipts.length > 0) yield* writer.member(RECEIPTS_NAME, [Buffer.from(receipts.join(''), 'utf8')])
      if (stamps.length > 0) yield* writer.member(TIME_STAMPS_NAME, [Buffer.from(stamps.join(''), 'utf8')])
      for (const { name, bytes } of tools) yield* writer.member(name, [bytes])
      const manifest: PackManifest = {
        format: PACK_FORMAT,
        made_at: options.now() * 1000,
        made_by: options.madeBy,
        signers: shown.flatMap((log) => log.keys.map(formatVkey)),
        witnesses: options.witnesses,
        logs: infos,
        members: writer.members,
        not_proved: notProved,
      }
      yield* writer.member(MANIFEST_NAME, [Buffer.from(`${JSON.stringify(manifest)}\n`, 'utf8')])
      yield writer.end()
    },
  }
}

/** Logs that are anchored and that the database does not know any more. */
function missingLogs({ anchors }: PackerOptions, tenantId: string, known: readonly Log[]): LogInfo[] {
  const deployments = new Set(known.map(({ origin }) => parseOrigin(origin).deployment))
  return anchors.origins().flatMap((origin) => {
    const { tenant, deployment } = parseOrigin(origin)
    const missing = tenant === tenantId && deployments.has(deployment) && known.every((log) => log.origin !== origin)
    const note = anchors.of(origin)?.note
    return missing && note ? [{ ...emptyInfo(origin), beyond: [note] }] : []
  })
}

function emptyInfo(origin: string): LogInfo {
  const file = `log-${parseOrigin(origin).generation}.log`
  return { origin, file, edge: null, chain: null, entries: 'all', openings: [], beyond: [], faults: [] }
}

async function* packLog(
  options: PackerOptions,
  writer: ZipWriter,
  log: Log,
  pack: PackOptions,
): AsyncGenerator<Uint8Array, PackedLog> {
  const { sql, trees, anchors } = options
  const snapshot = await takeSnapshot(sql, log)
  const from = pack.range && (await trees.headUpTo(log.origin, pack.range.from))
  const start = new CompactRange(from?.treeSize ?? 0, await trees.edge(log.origin, from?.treeSize ?? 0))
  const heads = await readHeads(sql, log.logId, start.size)
  const end = endOf(pack, [...heads.rows.keys()], snapshot.leafCount)
  const items = await anchors.items(log.origin, MOST_ANCHORS)
  const lines = new LogLines({ sql, log, snapshot, start, end, heads, anchors: items, open: pack.open })
  const info = emptyInfo(log.origin)
  yield* writer.member(info.file, encodeLines(lines.pages()))
  const whole = end === snapshot.leafCount
  const leftOver = whole ? await findLeftOver(sql, log, snapshot, lines) : { faults: [], waiting: 0 }
  const orphans: Fault[] = pack.wholeStore ? await findOrphans(sql) : []
  const origins = (await options.logs.all(log.tenantId)).map(({ origin }) => origin)
  const strange = whole ? await findStrangeLogs(sql, log.tenantId, origins) : []
  const anchored = anchors.of(log.origin)
  const signed = [...heads.rows.values(), ...(anchored ? [anchored] : [])]
  const beyond = signed.filter(({ treeSize }) => treeSize > snapshot.leafCount)
  // A log that has grown since is not one that lost leaves.
  const leavesNow = beyond.length > 0 ? await trees.size(log.origin) : 0
  const notProved = [
    ...(start.size > 0 ? [`${log.origin}: the leaves before ${start.size}, but for the root they lead to`] : []),
    ...(whole ? [] : [`${log.origin}: the leaves from ${end} on`]),
    ...(heads.leftOut > 0 ? [`${log.origin}: ${heads.leftOut} checkpoints that are left out of this pack`] : []),
    ...(leftOver.waiting > 0 ? [`${log.origin}: ${leftOver.waiting} entries that wait for their leaf`] : []),
  ]
  return {
    stamps: await stampsOf(anchors, log, start.size, end),
    info: {
      ...info,
      edge: start.size === 0 ? null : toBase64(start.serialize()),
      chain: start.size === 0 ? null : await chainBefore(sql, log, start.size),
      openings: start.size === 0 ? [] : await openingsBefore(sql, log, start.size),
      beyond: beyond.flatMap(({ treeSize, note }) => (treeSize > leavesNow && note !== undefined ? [note] : [])),
      faults: [...leftOver.faults, ...strange, ...orphans],
    },
    notProved,
  }
}

/** Of heads that the pack shows. */
async function stampsOf(anchors: AnchorReader, { origin }: Log, from: number, to: number): Promise<string[]> {
  const stamps = await anchors.stamps(origin, MOST_STAMPS)
  const sizeOf = ({ note }: PackedStamp) => parseCheckpoint(parseNote(note).text).treeSize
  const shown = stamps.filter((stamp) => sizeOf(stamp) > from && sizeOf(stamp) <= to)
  return shown.map((stamp) => `${encodeStampLine(stamp)}\n`)
}

function endOf({ range }: PackOptions, sizes: readonly number[], leafCount: number): number {
  if (range === null) return leafCount
  return Math.min(leafCount, ...sizes.filter((size) => size >= range.to))
}

async function* encodeLines(pages: AsyncIterable<readonly LogLine[]>): AsyncGenerator<Uint8Array> {
  for await (const page of pages) {
    if (page.length > 0) yield Buffer.concat(page.map(encodeLine))
  }
}

async function chainBefore(sql: Sql, log: Log, size: number): Promise<string> {
  const [row] = await sql`
    SELECT chain_hash FROM ledger_leaf WHERE log_id = ${log.logId} AND leaf_index = ${size - 1}`
  if (row === undefined) throw new LogDiverged(log.origin, `has no leaf ${size - 1}`)
  return toBase64(row.chain_hash)
}

async function openingsBefore(sql: Sql, log: Log, size: number): Promise<string[]> {
  const rows = await sql`
    SELECT ${sql.unsafe(ENTRY_COLUMNS)} FROM ledger_entry e JOIN ledger_leaf l ON l.entry_id = e.id
    WHERE e.writer_seq = 0 AND e.log_id = ${log.logId} AND l.leaf_index < ${size}`
  return rows.map((row) => toBase64(encodeEnvelope(entryOf(row).envelope)))
}
