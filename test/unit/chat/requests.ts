export const user = { role: 'user', content: 'hello' }
export const call = { id: 'call_1', type: 'function', function: { name: 'lookup', arguments: '{"a":1}' } }
export const functionTool = {
  type: 'function',
  function: { name: 'lookup', parameters: { type: 'object', properties: {} } },
}

export function request(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { model: 'gpt-4o', messages: [user], ...fields }
}

export function withMessages(...messages: unknown[]): Record<string, unknown> {
  return request({ messages })
}

/** A value so many objects deep. */
export function nested(levels: number): unknown {
  let value: unknown = 'x'
  for (let level = 0; level < levels; level++) value = { a: value }
  return value
}
