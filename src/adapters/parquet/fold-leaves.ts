import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { CompactRange } from '../../domain/ledger/compact-range.ts'
import type { LeafRange } from '../../domain/retention/manifest.ts'

/** A line for each leaf, in order of (log_id, leaf_index): log id and leaf hash in hex, the index between them, by commas. */
export async function foldLeaves(lines: Readable): Promise<{ root: Buffer; leaves: LeafRange[] }> {
  const range = new CompactRange()
  const leaves: LeafRange[] = []
  let current: LeafRange | undefined
  for await (const line of createInterface({ input: lines, crlfDelay: Number.POSITIVE_INFINITY })) {
    const [log = '', index = '', hash = ''] = line.split(',')
    if (current?.log_id !== log) {
      current = { log_id: log, first: Number(index), last: Number(index), leaves: 0 }
      leaves.push(current)
    }
    current.last = Number(index)
    current.leaves += 1
    range.append(Buffer.from(hash, 'hex'))
  }
  return { root: range.root(), leaves }
}
