import { otherValue, type Store } from '../store.ts'
import type { Attempt, Expected, Facts, Place } from '../types.ts'
import { columnsOf } from './targets.ts'

export function subtreeAttempts(store: Store, facts: Facts): Attempt[] {
  if (facts.leaves.length < 256) return []
  const key = { log_id: facts.logId, level: 8, subtree_index: 0 }
  const place: Place = facts.anchored > 255 ? 'anchored' : 'signed'
  const base = { place, tables: ['ledger_subtree'] as const }
  const at255: Expected = { kinds: ['changed', 'removed'], leaf: 255, entry: null }
  return [
    ...columnsOf(store, 'ledger_subtree').map(({ name, type }) => ({
      ...base,
      what: `ledger_subtree.${name} changed`,
      apply: () =>
        store.change(
          'ledger_subtree',
          key,
          name,
          name === 'level' ? '16' : name === 'subtree_index' ? '77' : otherValue(name, type),
        ),
      expected: at255,
    })),
    { ...base, what: 'ledger_subtree row removed', apply: () => store.remove('ledger_subtree', key), expected: at255 },
    {
      ...base,
      what: 'ledger_subtree row inserted',
      apply: () => store.copy('ledger_subtree', key, { level: '16' }),
      expected: { kinds: ['inserted'], leaf: null, entry: null },
    },
  ]
}
