import { nextChain } from '../../../domain/ledger/chain.ts'
import { encodeCheckpoint } from '../../../domain/ledger/checkpoint.ts'
import type { CompactRange } from '../../../domain/ledger/compact-range.ts'
import { leafHash } from '../../../domain/ledger/leaf.ts'
import type { NodeHash } from '../../../domain/ledger/merkle.ts'
import { formatNote } from '../../../domain/ledger/note.ts'
import type { TransactionSql } from '../sql.ts'
import { binaryArray } from './binary-array.ts'
import { insertionInto, insertRows } from './insert-rows.ts'
import type { Log } from './log.ts'
import { signaturesOf } from './log-keys.ts'
import type { PendingRow } from './work-list.ts'

/** The end of a log that leaves are appended to. */
export interface GrowingLog {
  range: CompactRange
  chain: Uint8Array
}

/** A log, its end, which moves, and what it gets. */
export interface Grown {
  log: Log
  state: GrowingLog
  rows: readonly Pick<PendingRow, 'entry_id' | 'leaf'>[]
}

interface LeafRow {
  logId: Buffer
  index: number
  entryId: string
  leaf: Buffer
  hash: Buffer
  chain: Uint8Array
}

const LEAVES = insertionInto<LeafRow>('ledger_leaf', [
  ['log_id', 'bytes', (row) => row.logId],
  ['leaf_index', 'int', (row) => row.index],
  ['entry_id', 'uuid', (row) => row.entryId],
  ['leaf', 'bytes', (row) => row.leaf],
  ['leaf_hash', 'bytes', (row) => row.hash],
  ['chain_hash', 'bytes', (row) => row.chain],
])

type SubtreeRow = NodeHash & { logId: Buffer }

const SUBTREES = insertionInto<SubtreeRow>('ledger_subtree', [
  ['log_id', 'bytes', (row) => row.logId],
  ['level', 'int', (row) => row.level],
  ['subtree_index', 'int', (row) => row.index],
  ['hash', 'bytes', (row) => row.hash],
])

interface CheckpointRow {
  logId: Buffer
  treeSize: number
  rootHash: Buffer
  note: string
}

const CHECKPOINTS = insertionInto<CheckpointRow>('ledger_checkpoint', [
  ['log_id', 'bytes', (row) => row.logId],
  ['tree_size', 'int', (row) => row.treeSize],
  ['root_hash', 'bytes', (row) => row.rootHash],
  ['note', 'text', (row) => row.note],
])

/**
 * Appends leaves to logs, in order, with the subtrees they complete and a signed checkpoint over each log: four statements,
 * however many logs grow.
 */
export async function appendLeaves(transaction: TransactionSql, grown: readonly Grown[]): Promise<void> {
  const leaves: LeafRow[] = []
  const subtrees: SubtreeRow[] = []
  for (const one of grown) place(one, leaves, subtrees)
  const entries = leaves.map((row) => row.entryId)
  await Promise.all([
    insertRows(transaction, LEAVES, leaves),
    insertRows(transaction, SUBTREES, subtrees),
    transaction`DELETE FROM ledger_pending WHERE entry_id = ANY(${binaryArray('uuid', entries)}::uuid[])`,
    Promise.all(grown.map(sign)).then((checkpoints) => insertRows(transaction, CHECKPOINTS, checkpoints)),
  ])
}

function place({ log: { logId }, state, rows }: Grown, leaves: LeafRow[], subtrees: SubtreeRow[]): void {
  for (const { entry_id, leaf } of rows) {
    const hash = leafHash(leaf)
    state.chain = nextChain(state.chain, hash)
    leaves.push({ logId, index: state.range.size, entryId: entry_id, leaf, hash, chain: state.chain })
    for (const node of state.range.append(hash)) {
      if (node.level % 8 === 0) subtrees.push({ logId, ...node })
    }
  }
}

async function sign({ log, state: { range } }: Grown): Promise<CheckpointRow> {
  const rootHash = range.root()
  const text = encodeCheckpoint({ origin: log.origin, treeSize: range.size, rootHash })
  const signed = await signaturesOf(log, Buffer.from(text, 'utf8'))
  const note = formatNote(
    text,
    signed.map(({ key: { name, keyId }, signature }) => ({ name, keyId, signature })),
  )
  return { logId: log.logId, treeSize: range.size, rootHash, note }
}
