import { otherValue, type Store } from '../store.ts'
import type { Attempt, Expected, Kind } from '../types.ts'
import { columnsOf, type Target } from './targets.ts'

export function contentAttempts(store: Store, { place, leaf }: Target): Attempt[] {
  const key = { entry_id: leaf.id }
  const expected = (kinds: readonly Kind[]): Expected => ({ kinds, leaf: leaf.index, entry: leaf.id })
  const base = { place, tables: ['content'] as const }
  return [
    ...columnsOf(store, 'content').map(({ name, type }) => ({
      ...base,
      what: `content.${name} changed`,
      apply: () => store.change('content', key, name, otherValue(name, type)),
      expected: expected(name === 'entry_id' ? ['removed'] : ['changed']),
    })),
    {
      ...base,
      what: 'content row removed',
      apply: () => store.remove('content', key),
      expected: expected(['removed']),
    },
    {
      ...base,
      what: 'content row inserted for an entry that does not exist',
      apply: () => store.copy('content', key, { entry_id: otherValue('entry_id', 'uuid') }),
      expected: { kinds: ['inserted'], leaf: null, entry: null },
    },
  ]
}
