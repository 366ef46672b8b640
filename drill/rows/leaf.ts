import { otherValue, type Store } from '../store.ts'
import type { Attempt, Expected, Facts, Kind, LeafFact } from '../types.ts'
import { columnsOf, otherLeaf, type Target } from './targets.ts'

export function leafAttempts(store: Store, facts: Facts, { place, leaf }: Target): Attempt[] {
  const key = { log_id: facts.logId, leaf_index: leaf.index }
  const end = facts.leaves.length
  const base = { place, tables: ['ledger_leaf'] as const }
  const expected = (kinds: readonly Kind[], index = leaf.index, entry: string | null = leaf.id): Expected => ({
    kinds,
    leaf: index,
    entry,
  })
  const other = otherLeaf(facts, leaf, (one) => one.epoch === leaf.epoch)
  const stranger = otherLeaf(facts, leaf, (one) => one.epoch !== leaf.epoch)
  const swap = (to: LeafFact, what: string): Attempt => ({
    ...base,
    what,
    apply: () => store.swap('ledger_leaf', key, { log_id: facts.logId, leaf_index: to.index }),
    expected: { kinds: ['moved'], leaf: Math.min(leaf.index, to.index), entry: null },
  })
  return [
    ...columnsOf(store, 'ledger_leaf').map(({ name, type }) => ({
      ...base,
      what: `ledger_leaf.${name} changed`,
      apply: () =>
        store.change('ledger_leaf', key, name, name === 'leaf_index' ? String(end + 5) : otherValue(name, type)),
      expected:
        name === 'leaf_index' || name === 'log_id' ? expected(['removed'], leaf.index, null) : expected(['changed']),
    })),
    {
      ...base,
      what: 'ledger_leaf row removed',
      apply: () => store.remove('ledger_leaf', key),
      expected: expected(['removed'], leaf.index, null),
    },
    {
      ...base,
      what: 'ledger_leaf row inserted at the end: a copy for another entry',
      apply: () => store.copy('ledger_leaf', key, { leaf_index: String(end), entry_id: 'gen_random_uuid()' }),
      expected: { kinds: ['inserted', 'changed'], leaf: end, entry: null },
    },
    swap(other, 'two ledger_leaf rows of one writer swapped'),
    swap(stranger, 'two ledger_leaf rows of two writers swapped'),
    {
      ...base,
      what: 'two ledger_entry rows swapped',
      tables: ['ledger_entry'],
      apply: () => store.swap('ledger_entry', { id: leaf.id }, { id: other.id }),
      expected: { kinds: ['moved'], leaf: Math.min(leaf.index, other.index), entry: null },
    },
    {
      ...base,
      what: 'two content rows swapped',
      tables: ['content'],
      apply: () => store.swap('content', { entry_id: leaf.id }, { entry_id: other.id }),
      expected: { kinds: ['changed', 'moved'], leaf: Math.min(leaf.index, other.index), entry: null },
    },
  ]
}
