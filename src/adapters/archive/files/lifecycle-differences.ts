import type { LifecycleRule } from '../../../domain/retention/lifecycle.ts'

/** What differs between the rules that are kept and those that should be, a sentence each. */
export function lifecycleDifferences(asked: readonly LifecycleRule[], kept: readonly LifecycleRule[]): string[] {
  const found = new Map(kept.map((rule) => [rule.id, rule]))
  const wanted = new Set(asked.map(({ id }) => id))
  return [
    ...asked.flatMap((rule) => {
      const other = found.get(rule.id)
      if (other === undefined) return [`The rule ${rule.id} is not there.`]
      return FIELDS.filter((field) => JSON.stringify(rule[field]) !== JSON.stringify(other[field])).map(
        (field) => `The rule ${rule.id} has another ${field}.`,
      )
    }),
    ...kept.filter(({ id }) => !wanted.has(id)).map(({ id }) => `The rule ${id} is not asked for.`),
  ]
}

const FIELDS = ['prefix', 'toColder', 'removeAfterDays', 'removeOldVersionsAfterDays'] as const
