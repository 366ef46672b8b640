const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/

/** Whether the value looks different in a JSON string. */
export function needsEscape(value: string): boolean {
  return NEEDS_ESCAPE.test(value)
}

/** The value as it stands inside `levels` JSON strings, one in the other (RFC 8259, section 7). */
export function escapeJson(value: string, levels: number): string {
  if (levels === 0 || !NEEDS_ESCAPE.test(value)) return value
  let escaped = value
  for (let i = 0; i < levels; i += 1) escaped = JSON.stringify(escaped).slice(1, -1)
  return escaped
}

/** The other way round; null when it is not the inside of that many JSON strings. */
export function unescapeJson(raw: string, levels: number): string | null {
  let text: string | null = raw
  for (let i = 0; i < levels && text !== null; i += 1) text = needsEscape(text) ? parseString(text) : text
  return text
}

function parseString(body: string): string | null {
  try {
    const text: unknown = JSON.parse(`"${body}"`)
    return typeof text === 'string' ? text : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
