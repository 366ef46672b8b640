import type { Store, Table, TableShape } from '../store.ts'
import type { Facts, Kind, LeafFact, Place } from '../types.ts'

export interface Target {
  place: Place
  leaf: LeafFact
}

/** How a changed column may show. */
export const COLUMN_KINDS: readonly Kind[] = ['changed', 'removed', 'inserted']

/** Columns from which nothing is concluded, and why. */
export const NEVER_SHOWN: Readonly<Record<string, string>> = {
  'ledger_checkpoint.signed_at': 'the database alone says when a checkpoint was signed; nothing is concluded from it',
  'ledger_log.created_at': 'the database alone says when a log was made; nothing is concluded from it',
}

/** One leaf that is anchored and one that is only signed, each in the middle of a batch where there is one. */
export function targetsOf({ leaves, anchored, batches }: Facts): Target[] {
  const middle = (from: number, to: number): LeafFact => {
    const batch = batches.find(({ leaf, last, count }) => count > 2 && leaf > from + 2 && last < to - 2)
    const wanted = batch && leaves.find(({ epoch, seq }) => epoch === batch.epoch && seq === batch.firstSeq + 1)
    return wanted ?? (leaves[Math.floor((from + to) / 2)] as LeafFact)
  }
  return [
    { place: 'anchored', leaf: middle(0, anchored) },
    { place: 'signed', leaf: middle(anchored, leaves.length) },
  ]
}

export function columnsOf(store: Store, table: Table): TableShape['columns'] {
  return store.shape(table).columns
}

/** Another leaf in the same part of the log, no opening of a writer. */
export function otherLeaf({ leaves, anchored }: Facts, leaf: LeafFact, fits: (one: LeafFact) => boolean): LeafFact {
  const samePart = (one: LeafFact) => one.index < anchored === leaf.index < anchored
  const found = leaves.find((one) => one.index > leaf.index && one.seq > 0 && samePart(one) && fits(one))
  return (
    found ?? (leaves.findLast((one) => one.index < leaf.index && one.seq > 0 && samePart(one) && fits(one)) as LeafFact)
  )
}
