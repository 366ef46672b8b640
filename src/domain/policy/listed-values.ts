/**
 * What people list in a policy: values that are never or always redacted, patterns, and words beside them. Any of it may be somebody's
 * name, so wherever a policy is recorded, stored or shown a label stands in its place. A label is random: it says nothing of its value,
 * and nobody finds a value by trying.
 */
import type { Change } from './changes.ts'

export const LABEL_PREFIX = 'sealed:'
/** In the place of a value that was given no label. */
export const UNLABELLED = LABEL_PREFIX

/** Values by their label. */
export type ListedValues = Readonly<Record<string, string>>

const LISTED =
  /^(?:\/tenant)?\/redaction(?:\/recognition)?\/(?:allow\/\d+|deny\/\d+\/value|recognisers\/\d+\/(?:pattern|context\/\d+))$/
/** What leads there: nothing else is looked into, however deep it is. */
const ON_THE_WAY =
  /^(?:\/tenant)?(?:\/redaction(?:\/recognition)?(?:\/(?:allow|deny|recognisers)(?:\/\d+(?:\/context)?)?)?)?$/

export function isLabel(text: string): boolean {
  return text.startsWith(LABEL_PREFIX)
}

/**
 * A policy as it was sent, a tenant, or what follows from it, with each listed value in the place of which `map` gives another text.
 * Whatever else it is stays as it is. @param at where it stands in such a value, as a JSON Pointer
 */
export function mapListed<T>(value: T, map: (text: string, at: string) => string, at = ''): T {
  if (typeof value === 'string') return (LISTED.test(at) ? map(value, at) : value) as T
  if (!ON_THE_WAY.test(at)) return value
  if (Array.isArray(value)) return value.map((one, index) => mapListed(one, map, `${at}/${index}`)) as T
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).map(([name, one]) => [name, mapListed(one, map, `${at}/${escaped(name)}`)])
  return Object.fromEntries(fields) as T
}

/** Each once. */
export function listedIn(policy: unknown): string[] {
  const found = new Set<string>()
  mapListed(policy, (text) => {
    found.add(text)
    return text
  })
  return [...found]
}

/** What was recorded before there were labels has values in clear: they are not shown. */
export function hidden<T>(policy: T): T {
  return mapListed(policy, onlyLabel)
}

export function hiddenChanges(changes: readonly unknown[]): unknown[] {
  return (changes as readonly Change[]).map((change) =>
    change.op === 'remove' ? change : { ...change, value: mapListed(change.value, onlyLabel, change.path) },
  )
}

function onlyLabel(text: string): string {
  return isLabel(text) ? text : UNLABELLED
}

/** A name in a JSON Pointer (RFC 6901). */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
