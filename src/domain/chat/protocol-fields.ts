/** Fields of a message that are the protocol's own: they come whole, and nobody's text is in them. */
const PROTOCOL_FIELDS = new Set(['role', 'id', 'type', 'index', 'tool_call_id'])

export function isProtocolField(name: string): boolean {
  return PROTOCOL_FIELDS.has(name)
}
