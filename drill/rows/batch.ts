import { otherValue, type Store } from '../store.ts'
import type { Attempt, Expected, Facts, Place } from '../types.ts'
import { COLUMN_KINDS, columnsOf } from './targets.ts'

export function batchAttempts(store: Store, facts: Facts): Attempt[] {
  // Of writers that signed more than one: those of a rotated key are one batch long.
  const several = facts.batches.filter(({ epoch, no }) =>
    facts.batches.some((one) => one.epoch === epoch && one.no > no),
  )
  const inPart = (from: number, to: number) => several.filter(({ leaf }) => leaf >= from && leaf < to)
  const parts: [Place, Facts['batches']][] = [
    ['anchored', inPart(0, facts.anchored)],
    ['signed', inPart(facts.anchored, facts.leaves.length)],
  ]
  return parts.flatMap(([place, batches]) => {
    const batch = batches[Math.floor(batches.length / 2)] as Facts['batches'][number]
    const later = facts.batches.find(({ epoch, no }) => epoch === batch.epoch && no > batch.no) ?? batch
    const key = { writer_epoch: batch.epoch, batch_no: batch.no }
    const end = facts.batches.filter(({ epoch }) => epoch === batch.epoch).at(-1) as Facts['batches'][number]
    const base = { place, tables: ['ledger_batch'] as const }
    const expected: Expected = { kinds: COLUMN_KINDS, leaf: batch.leaf, entry: null }
    return [
      ...columnsOf(store, 'ledger_batch').map(({ name, type }) => ({
        ...base,
        what: `ledger_batch.${name} changed`,
        apply: () =>
          store.change(
            'ledger_batch',
            key,
            name,
            ['batch_no', 'first_seq'].includes(name) ? `${name} + 100000` : otherValue(name, type),
          ),
        expected,
      })),
      {
        ...base,
        what: 'ledger_batch row removed',
        apply: () => store.remove('ledger_batch', key),
        expected: { ...expected, kinds: ['removed'] },
      },
      {
        ...base,
        what: 'ledger_batch row inserted behind the last one of a writer',
        apply: () =>
          store.copy('ledger_batch', key, {
            batch_no: String(end.no + 200),
            first_seq: String(end.firstSeq + 100_000),
          }),
        expected: { kinds: ['inserted'], leaf: null, entry: null },
      },
      {
        ...base,
        what: 'two ledger_batch rows of a writer swapped',
        apply: () =>
          store.sql
            .begin(async (transaction) => {
              const step = (from: number, to: number) =>
                transaction`UPDATE ledger_batch SET batch_no = ${to} WHERE writer_epoch = ${batch.epoch} AND batch_no = ${from}`
              await step(batch.no, 900_000)
              await step(later.no, batch.no)
              await step(900_000, later.no)
            })
            .then(() => undefined),
        expected: { ...expected, kinds: ['moved', 'changed', 'removed'] },
      },
    ]
  })
}
