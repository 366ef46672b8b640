import type { PlaceholderEntry } from '../redaction/types.ts'
import type { SqlToken } from './parser.ts'

/**
 * Puts values back into a statement in the place of their placeholders, within string constants only and spelled as that kind of
 * constant spells them: whatever a value holds, it stays inside. A placeholder anywhere else stays one, and the guard says so.
 */
export function restoreLiterals(
  sql: string,
  tokens: readonly SqlToken[],
  placeholders: readonly PlaceholderEntry[],
): string {
  if (placeholders.length === 0) return sql
  const bytes = Buffer.from(sql, 'utf8')
  const parts: string[] = []
  let done = 0
  for (const { start, end, kind } of tokens) {
    if (kind !== 'constant') continue
    const constant = bytes.subarray(start, end).toString('utf8')
    const restored = inConstant(constant, placeholders)
    if (restored === constant) continue
    parts.push(bytes.subarray(done, start).toString('utf8'), restored)
    done = end
  }
  return parts.join('') + bytes.subarray(done).toString('utf8')
}

function inConstant(constant: string, placeholders: readonly PlaceholderEntry[]): string {
  const dollar = /^\$[^$]*\$/.exec(constant)?.[0]
  if (dollar !== undefined) {
    const inner = constant.slice(dollar.length, -dollar.length)
    const restored = replaceAll(inner, placeholders, (value) => value)
    return restored === inner ? constant : `'${restored.replaceAll("'", "''")}'`
  }
  const hasEscapes = /^([eE]|[uU]&)'/.test(constant)
  if (!hasEscapes && !constant.startsWith("'")) return constant
  return replaceAll(constant, placeholders, (value) => {
    const quoted = value.replaceAll("'", "''")
    return hasEscapes ? quoted.replaceAll('\\', '\\\\') : quoted
  })
}

/** One pass from left to right: a value that looks like a placeholder is not replaced again. */
function replaceAll(text: string, placeholders: readonly PlaceholderEntry[], spell: (value: string) => string): string {
  const values = new Map(placeholders.map(({ placeholder, value }) => [placeholder, value]))
  return text.replace(/\[[A-Z][A-Z0-9_]*\]/g, (found) => {
    const value = values.get(found)
    return value === undefined ? found : spell(value)
  })
}
