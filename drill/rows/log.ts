import { otherValue, type Store } from '../store.ts'
import type { Attempt, Expected, Facts } from '../types.ts'
import { COLUMN_KINDS, columnsOf, NEVER_SHOWN } from './targets.ts'

export function logAttempts(store: Store, facts: Facts): Attempt[] {
  const key = { log_id: facts.logId }
  const base = { place: 'anchored' as const, tables: ['ledger_log'] as const }
  const any: Expected = { kinds: COLUMN_KINDS, leaf: null, entry: null }
  return [
    ...columnsOf(store, 'ledger_log').map(({ name, type }) => {
      const blind = NEVER_SHOWN[`ledger_log.${name}`]
      return {
        ...base,
        what: `ledger_log.${name} changed`,
        apply: () => store.change('ledger_log', key, name, otherValue(name, type)),
        expected: any,
        ...(blind && { blind }),
      }
    }),
    { ...base, what: 'ledger_log row removed', apply: () => store.remove('ledger_log', key), expected: any },
    {
      ...base,
      what: 'ledger_log row inserted: a generation that nobody opened',
      apply: () =>
        store.copy('ledger_log', key, {
          log_id: `sha256(convert_to(replace(origin, '/g1', '/g2'), 'UTF8'))`,
          generation: '2',
          origin: `replace(origin, '/g1', '/g2')`,
        }),
      expected: any,
    },
  ]
}
