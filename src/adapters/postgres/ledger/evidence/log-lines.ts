import type { AnchorItem } from '../../../../domain/evidence/anchor.ts'
import type { Fault } from '../../../../domain/evidence/format.ts'
import type { LogLine } from '../../../../domain/evidence/log-records.ts'
import { uuidText } from '../../../../domain/ids/uuidv7.ts'
import { batchRecord } from '../../../../domain/ledger/batch.ts'
import { equalBytes } from '../../../../domain/ledger/bytes.ts'
import type { CompactRange } from '../../../../domain/ledger/compact-range.ts'
import { encodeEvidence } from '../../../../domain/ledger/entry-proof.ts'
import { LEAF_BYTES, leafHash } from '../../../../domain/ledger/leaf.ts'
import type { OpenContent, Openings } from '../../../../ports/evidence.ts'
import type { Sql } from '../../sql.ts'
import type { Log } from '../log.ts'
import { BatchRows } from './batch-rows.ts'
import type { HeadRow, HeadRows } from './head-rows.ts'
import { type LeafRow, leafRows } from './leaf-rows.ts'
import type { LogSnapshot, LooseEntry } from './snapshot.ts'
import { readSubtrees, subtreesAgree } from './subtree-rows.ts'

export interface LineSource {
  sql: Sql
  log: Log
  snapshot: LogSnapshot
  /** The first leaf and the tree before it. */
  start: CompactRange
  end: number
  heads: HeadRows
  /** Of this log, in order. */
  anchors: readonly AnchorItem[]
  open: OpenContent | null
}

/** The lines of a log, and behind them what is left over: batches and entries that stand at no leaf. */
export class LogLines {
  readonly batches = new Map<string, BatchRows>()
  /** By writer, the number behind the last one that has a leaf. */
  readonly numbered = new Map<string, number>()
  /** Entries without a leaf by writer and number: more than one where a number was given to a copy. */
  readonly loose: Map<string, LooseEntry[]>
  private readonly source: LineSource
  private readonly tree: CompactRange
  private readonly anchors: AnchorItem[]

  constructor(source: LineSource) {
    this.source = source
    this.tree = source.start.clone()
    this.anchors = source.anchors.filter((item) => item.treeSize > source.start.size)
    this.loose = Map.groupBy(source.snapshot.loose, ({ writerEpoch, writerSeq }) => `${writerEpoch} ${writerSeq}`)
  }

  /** The first leaf of the pack. */
  get from(): number {
    return this.source.start.size
  }

  async *pages(): AsyncGenerator<LogLine[]> {
    const { sql, log, end, open } = this.source
    let from = this.from
    for await (const rows of leafRows(sql, log.logId, from, end)) {
      const to = (rows.at(-1)?.leafIndex ?? from) + 1
      const subtrees = await readSubtrees(sql, log.logId, from, to)
      const entries = rows.flatMap(({ entry }) => entry ?? [])
      const openings = open === null ? new Map<string, Openings>() : await open(entries)
      const lines: LogLine[] = []
      for (const row of rows) lines.push(await this.line(row, subtrees, openings))
      yield lines
      from = to
    }
  }

  private async line(
    row: LeafRow,
    subtrees: ReadonlyMap<string, Buffer>,
    openings: ReadonlyMap<string, Openings>,
  ): Promise<LogLine> {
    const { leafIndex, leaf, chainHash, entry } = row
    const hash = leafHash(leaf)
    const agree = subtreesAgree(subtrees, this.tree.append(hash))
    const head = this.source.heads.rows.get(leafIndex + 1)
    while ((this.anchors[0]?.treeSize ?? Number.POSITIVE_INFINITY) <= leafIndex) this.anchors.shift()
    const anchor = this.anchors[0]
    const anchored =
      anchor && anchor.firstLeaf <= leafIndex ? anchor.leafHashes[leafIndex - anchor.firstLeaf] : undefined
    const anchorNote = anchor?.treeSize === leafIndex + 1 ? anchor.note : undefined
    const { batches, again } = await this.numberedAt(leaf)
    // A number that is given twice is what the verifier finds by itself.
    const fault = again ? null : this.faultOf(row, hash, agree, head, anchorNote)
    return {
      leafIndex,
      leaf,
      chainHash,
      anchored: anchored ?? null,
      entry: entry && encodeEvidence({ ...entry, openings: openings.get(row.entryId) ?? {} }),
      batches,
      heads: [...new Set([head?.note, anchorNote].flatMap((note) => note ?? []))],
      content: row.content,
      fault,
    }
  }

  /** The batches that begin at a leaf, and whether its writer's number stood before already. */
  private async numberedAt(leaf: Buffer): Promise<{ batches: Buffer[]; again: boolean }> {
    if (leaf.length !== LEAF_BYTES) return { batches: [], again: false }
    const [epoch, seq] = [uuidText(leaf.subarray(58, 74)), Number(leaf.readBigUInt64BE(74))]
    let rows = this.batches.get(epoch)
    if (!rows) {
      rows = new BatchRows(this.source.sql, epoch, this.source.snapshot.lastBatches.get(epoch) ?? -1)
      await rows.startAt(seq)
      this.batches.set(epoch, rows)
    }
    const next = this.numbered.get(epoch) ?? 0
    this.numbered.set(epoch, Math.max(seq + 1, next))
    return { batches: (await rows.at(seq)).map(batchRecord), again: seq < next }
  }

  /** What the stored copies beside a leaf say that the leaf does not. */
  private faultOf(
    { leaf, leafHash: storedHash, entryId, entry }: LeafRow,
    hash: Buffer,
    subtreesHold: boolean,
    head: HeadRow | undefined,
    anchorNote: string | undefined,
  ): Fault | null {
    if (leaf.length !== LEAF_BYTES) return null
    const id = uuidText(leaf.subarray(34, 50))
    const fault = (what: string, kind: Fault['kind'] = 'changed'): Fault => ({ kind, entry: id, what })
    if (id !== entryId) return fault('the entry id stored beside its leaf is another one')
    if (!equalBytes(hash, storedHash)) return fault('its leaf is not the one of the hash stored beside it')
    if (entry === null) {
      const mark = `${uuidText(leaf.subarray(58, 74))} ${Number(leaf.readBigUInt64BE(74))}`
      const renamed = this.loose.get(mark)?.shift()
      if (renamed) return fault(`its id became ${renamed.id}`)
    }
    if (!subtreesHold) return fault('the subtree stored for the leaves up to it is another one')
    if (head && !head.agrees) return fault('what is stored beside the checkpoint over it is not what it says')
    if (anchorNote && !head && this.source.heads.leftOut === 0)
      return fault('the checkpoint over it, which is anchored, is missing', 'removed')
    return null
  }
}
