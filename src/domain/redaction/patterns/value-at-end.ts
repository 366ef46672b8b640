export interface Stretch {
  value: string
  start: number
  end: number
}

/** The group that a match ends with: of `key: (value)` the value. Empty where the group is not in the match. */
export function valueAtEnd(match: RegExpExecArray, group = 1): Stretch {
  const value = match[group] ?? ''
  const end = match.index + match[0].length
  return { value, start: end - value.length, end }
}
