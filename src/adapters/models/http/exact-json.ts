/** `JSON.parse` and `JSON.rawJSON` as of "JSON.parse source text access" (ECMAScript 2026), which TypeScript lacks yet. */
interface ExactJson {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown
  rawJSON(text: string): unknown
}
const exact = JSON as unknown as ExactJson

/**
 * Parses JSON so that `JSON.stringify` gives its numbers back as they were written: an identifier of twenty digits or
 * `1.0` stay what they are. Such numbers are opaque objects in the result.
 *
 * @throws SyntaxError
 */
export function parseExactly(text: string): unknown {
  return exact.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source ? exact.rawJSON(source) : value,
  )
}

/** The arguments of a tool call as an object whose numbers stay as they are written; null where they are none. */
export function parseArguments(text: string): { [key: string]: unknown } | null {
  if (text.trim() === '') return {}
  let input: unknown
  try {
    input = parseExactly(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input) || 'rawJSON' in input) return null
  return input as { [key: string]: unknown }
}
