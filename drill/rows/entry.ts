import { otherValue, type Store } from '../store.ts'
import type { Attempt, Expected, Kind } from '../types.ts'
import { columnsOf, type Target } from './targets.ts'

export function entryAttempts(store: Store, { place, leaf }: Target): Attempt[] {
  const key = { id: leaf.id }
  const expected = (kinds: Kind[]): Expected => ({ kinds, leaf: leaf.index, entry: leaf.id })
  const base = { place, tables: ['ledger_entry'] as const }
  return [
    ...columnsOf(store, 'ledger_entry').map(({ name, type }) => ({
      ...base,
      what: `ledger_entry.${name} changed`,
      apply: () => store.change('ledger_entry', key, name, otherValue(name, type)),
      expected: expected(['changed']),
    })),
    {
      ...base,
      what: 'ledger_entry row removed',
      apply: () => store.remove('ledger_entry', key),
      expected: expected(['removed']),
    },
    {
      ...base,
      what: 'ledger_entry row inserted: a copy with another id',
      apply: () => store.copy('ledger_entry', key, { id: otherValue('id', 'uuid') }),
      expected: {
        kinds: ['inserted'],
        leaf: null,
        entry: `${leaf.id.slice(0, -1)}${leaf.id.endsWith('a') ? 'b' : 'a'}`,
      },
    },
  ]
}
