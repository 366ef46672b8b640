import { otherValue, type Store } from '../store.ts'
import type { Attempt, Expected, Facts, Kind } from '../types.ts'
import { COLUMN_KINDS, columnsOf } from './targets.ts'

/** Entries that are signed and have no leaf yet, and their place in the queue. */
export function waitingAttempts(store: Store, facts: Facts): Attempt[] {
  const id = facts.waiting[Math.floor(facts.waiting.length / 2)]
  if (id === undefined) return []
  const expected = (kinds: readonly Kind[]): Expected => ({ kinds, leaf: null, entry: id })
  const entry = { place: 'waiting' as const, tables: ['ledger_entry'] as const }
  const pending = { place: 'waiting' as const, tables: ['ledger_pending'] as const }
  const unbound = new Set(['id', 'entry_id', 'tenant_id', 'log_id', 'writer_epoch', 'writer_seq'])
  return [
    ...columnsOf(store, 'ledger_entry').map(({ name, type }) => ({
      ...entry,
      what: `ledger_entry.${name} changed before it has a leaf`,
      apply: () => store.change('ledger_entry', { id }, name, otherValue(name, type)),
      expected: unbound.has(name) ? { ...expected(COLUMN_KINDS), entry: null } : expected(['changed']),
    })),
    {
      ...entry,
      what: 'ledger_entry row removed before it has a leaf',
      apply: () => store.remove('ledger_entry', { id }),
      expected: expected(['removed']),
    },
    {
      ...entry,
      what: 'ledger_entry and ledger_pending rows inserted: a copy that waits for a leaf',
      tables: ['ledger_entry', 'ledger_pending'],
      apply: async () => {
        await store.copy('ledger_entry', { id }, { id: otherValue('id', 'uuid') })
        await store.copy('ledger_pending', { entry_id: id }, { entry_id: otherValue('entry_id', 'uuid') })
      },
      expected: { kinds: ['inserted', 'changed'], leaf: null, entry: null },
    },
    ...columnsOf(store, 'ledger_pending').map(({ name, type }) => ({
      ...pending,
      what: `ledger_pending.${name} changed`,
      apply: () => store.change('ledger_pending', { entry_id: id }, name, otherValue(name, type)),
      expected: unbound.has(name) ? { ...expected(COLUMN_KINDS), entry: null } : expected(['changed']),
    })),
    {
      ...pending,
      what: 'ledger_pending row removed: the entry would never get a leaf',
      apply: () => store.remove('ledger_pending', { entry_id: id }),
      expected: expected(['removed']),
    },
  ]
}
