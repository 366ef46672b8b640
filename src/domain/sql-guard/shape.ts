import { ALLOWED_FUNCTIONS, ALLOWED_TYPES } from './allowed-names.ts'
import type { SqlToken } from './parser.ts'

/** Characters of a shape. */
const MAX_SHAPE = 4_000

/**
 * A statement without anything that somebody could have written into it: constants are `?`, comments are gone, and of names there are
 * only those of the listed views, their columns, and functions and types that everybody may use; every other name is `_`.
 */
export function shapeOf(tokens: readonly SqlToken[], known: ReadonlySet<string>): string {
  const words = tokens.map(({ text, kind }) => {
    if (kind === 'constant') return '?'
    if (kind === 'word') return known.has(text.toLowerCase()) ? text.toLowerCase() : text.toUpperCase()
    if (kind === 'sign') return /^[\p{ASCII}]{1,8}$/u.test(text) ? text : '_'
    const name = nameOf(text)
    return known.has(name) || ALLOWED_FUNCTIONS.has(name) || ALLOWED_TYPES.has(name) ? name : '_'
  })
  const shape = words
    .join(' ')
    .replace(/ ?\. ?/g, '.')
    .replace(/ ([,;)])/g, '$1')
    .replace(/\( /g, '(')
  return shape.length > MAX_SHAPE ? `${shape.slice(0, MAX_SHAPE - 1)}…` : shape
}

function nameOf(text: string): string {
  if (text.startsWith('"')) return text.slice(1, -1).replaceAll('""', '"')
  return text.toLowerCase()
}
