import type { Store, Table } from '../store.ts'
import type { Attempt, Facts } from '../types.ts'

/** Each table without a row. */
export function emptiedTables({ leaves }: Facts): Attempt[] {
  const tables: Table[] = [
    'ledger_entry',
    'ledger_leaf',
    'ledger_batch',
    'ledger_checkpoint',
    'ledger_subtree',
    'ledger_log',
    'ledger_key_rotation',
    'content',
  ]
  return tables.map((table) => ({
    what: `${table} emptied`,
    place: 'anchored' as const,
    tables: [table],
    apply: async (store: Store) => {
      await store.sql.unsafe(`DELETE FROM public.${table}`)
    },
    expected: {
      kinds: ['removed', 'changed', 'inserted'] as const,
      leaf: null,
      entry: null,
      within: [0, leaves.length] as const,
    },
  }))
}
