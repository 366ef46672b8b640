/** Bytes as the text of a bytea, for rows that go to PostgreSQL as JSON. */
export function bytea(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes).toString('hex')}`
}
