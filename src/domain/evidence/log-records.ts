import { HASH_BYTES } from '../ledger/bytes.ts'
import type { ContentState, Fault } from './format.ts'

/** Types of the records in a log's member (docs/ledger.md section 20). All that is said of a leaf comes before the leaf. */
const TYPES = { batch: 'B', entry: 'E', fault: 'F', head: 'H', content: 'S', leaf: 'L' } as const

const HEADER_BYTES = 5
const NOT_ANCHORED = Buffer.alloc(HASH_BYTES)

/** A leaf and what is said of it. */
export interface LogLine {
  readonly leafIndex: number
  readonly leaf: Uint8Array
  readonly chainHash: Uint8Array
  /** The leaf hash that an anchor has; null: none has this leaf. */
  readonly anchored: Uint8Array | null
  /** `encodeEvidence`; null: there is no such entry. */
  readonly entry: Uint8Array | null
  /** The batch whose first entry this is, by `batchRecord`; more where the store holds more. */
  readonly batches: readonly Uint8Array[]
  /** Signed tree heads of this size. */
  readonly heads: readonly string[]
  /** Where it is not empty, what became of the entry's sealed content. */
  readonly content: ContentState
  readonly fault: Fault | null
}

/** The records of a leaf. */
export function encodeLine(line: LogLine): Buffer {
  const index = Buffer.alloc(8)
  index.writeBigInt64BE(BigInt(line.leafIndex))
  const leaf = [index, line.chainHash, line.anchored ?? NOT_ANCHORED, Buffer.alloc(1), line.leaf]
  const parts = [
    ...line.batches.flatMap((batch) => record('batch', batch)),
    ...(line.entry === null ? [] : record('entry', line.entry)),
    ...(Object.keys(line.content).length === 0 ? [] : record('content', json(line.content))),
    ...line.heads.flatMap((note) => record('head', Buffer.from(note, 'utf8'))),
    ...(line.fault === null ? [] : record('fault', json(line.fault))),
    ...record('leaf', ...leaf),
  ]
  return Buffer.concat(parts)
}

function record(type: keyof typeof TYPES, ...parts: readonly Uint8Array[]): Uint8Array[] {
  const header = Buffer.alloc(HEADER_BYTES)
  header.write(TYPES[type], 'latin1')
  header.writeUInt32BE(
    parts.reduce((sum, part) => sum + part.length, 0),
    1,
  )
  return [header, ...parts]
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value), 'utf8')
}

/** The signed tree heads that the records of a member show. The rest is passed over; form is not checked. */
export async function* shownHeads(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = Buffer.alloc(0)
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk])
    let at = 0
    while (at + HEADER_BYTES <= rest.length) {
      const end = at + HEADER_BYTES + rest.readUInt32BE(at + 1)
      if (end > rest.length) break
      if (rest[at] === TYPES.head.charCodeAt(0)) yield rest.toString('utf8', at + HEADER_BYTES, end)
      at = end
    }
    rest = rest.subarray(at)
  }
}
