import type { Readable } from 'node:stream'
import { CompactRange } from '../../domain/ledger/compact-range.ts'
import type { LeafRange } from '../../domain/retention/manifest.ts'

const NEWLINE = 0x0a
/** Characters of a log id or a leaf hash in base64; between them stands the index, by commas. */
const HASH = 44

/** A line for each leaf, in order of (log_id, leaf_index): log id, index and leaf hash, both in base64. */
export async function foldLeaves(lines: Readable): Promise<{ root: Buffer; leaves: LeafRange[] }> {
  const range = new CompactRange()
  const leaves: LeafRange[] = []
  let current: LeafRange | undefined
  let log = ''
  const fold = (line: string) => {
    const index = Number(line.slice(HASH + 1, -HASH - 1))
    if (current === undefined || !line.startsWith(log)) {
      log = line.slice(0, HASH)
      current = { log_id: Buffer.from(log, 'base64').toString('hex'), first: index, last: index, leaves: 0 }
      leaves.push(current)
    }
    current.last = index
    current.leaves += 1
    range.append(Buffer.from(line.slice(-HASH), 'base64'))
  }
  let rest = ''
  for await (const chunk of lines as AsyncIterable<Buffer>) {
    let from = 0
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      fold(rest + chunk.toString('latin1', from, at))
      rest = ''
      from = at + 1
    }
    rest += chunk.toString('latin1', from)
  }
  if (rest !== '') fold(rest)
  return { root: range.root(), leaves }
}
