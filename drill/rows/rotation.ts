import { otherValue, type Store } from '../store.ts'
import type { Attempt, Expected, Facts } from '../types.ts'
import { COLUMN_KINDS, columnsOf } from './targets.ts'

/** What is stored of the rotation of the log's key, beside the entry that made it. */
export function rotationAttempts(store: Store, { rotation }: Facts): Attempt[] {
  if (rotation === null) return []
  const base = { place: 'anchored' as const, tables: ['ledger_key_rotation'] as const }
  const any = (kinds: Expected['kinds']): Expected => ({ kinds, leaf: null, entry: null })
  return [
    ...columnsOf(store, 'ledger_key_rotation').map(({ name, type }) => ({
      ...base,
      what: `ledger_key_rotation.${name} changed`,
      apply: () => store.change('ledger_key_rotation', rotation, name, otherValue(name, type)),
      expected: any(COLUMN_KINDS),
    })),
    {
      ...base,
      what: 'ledger_key_rotation row removed',
      apply: () => store.remove('ledger_key_rotation', rotation),
      expected: any(['removed']),
    },
    {
      ...base,
      what: 'ledger_key_rotation row inserted: a copy from another key on',
      apply: () =>
        store.copy('ledger_key_rotation', rotation, { old_key: 'new_key', entry_id: otherValue('entry_id', 'uuid') }),
      expected: any(['inserted']),
    },
  ]
}
