import { otherValue, type Store } from '../store.ts'
import type { Attempt, Expected, Facts, Kind, Place } from '../types.ts'
import { COLUMN_KINDS, columnsOf, NEVER_SHOWN } from './targets.ts'

const COVERED = 'a later checkpoint covers the same leaves: nothing is lost with it'

export function checkpointAttempts(store: Store, facts: Facts): Attempt[] {
  const last = facts.sizes.at(-1) as number
  const anchored = facts.sizes.filter((size) => size <= facts.anchored).at(-1) as number
  const plain = facts.sizes.find((size) => size > facts.anchored && size < last)
  const rows: [Place, string, number][] = [
    ['anchored', 'an anchored', anchored],
    ['signed', 'the last', last],
    ...(plain === undefined ? [] : [['signed', 'an earlier, not anchored', plain] as [Place, string, number]]),
  ]
  return rows.flatMap(([place, name, size]) => {
    const key = { log_id: facts.logId, tree_size: size }
    const base = { place, tables: ['ledger_checkpoint'] as const }
    const at = (kinds: readonly Kind[]): Expected => ({ kinds, leaf: null, entry: null, within: [0, size] })
    const gone = size === plain ? { blind: COVERED } : {}
    return [
      ...columnsOf(store, 'ledger_checkpoint').map((column) => {
        const blind = NEVER_SHOWN[`ledger_checkpoint.${column.name}`]
        return {
          ...base,
          what: `ledger_checkpoint.${column.name} of ${name} one changed`,
          apply: () => store.change('ledger_checkpoint', key, column.name, otherValue(column.name, column.type)),
          expected: at(COLUMN_KINDS),
          ...(blind && { blind }),
          ...(column.name === 'log_id' && gone),
        }
      }),
      {
        ...base,
        what: `ledger_checkpoint row removed, ${name} one`,
        apply: () => store.remove('ledger_checkpoint', key),
        expected: at(['removed']),
        ...gone,
      },
      {
        ...base,
        what: `ledger_checkpoint row inserted: a copy of ${name} one for another size`,
        apply: () => store.copy('ledger_checkpoint', key, { tree_size: String(size + 1) }),
        expected: { kinds: ['changed', 'inserted'], leaf: null, entry: null },
      },
    ]
  })
}
