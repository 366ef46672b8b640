import { writeUuid } from '../../../domain/ids/uuidv7.ts'

/** Kinds of values: `timestamp` are microseconds since the Unix epoch; decimals and lists of texts go as texts that are cast. */
export type ColumnType = 'uuid' | 'int' | 'timestamp' | 'bool' | 'bytes' | 'text' | 'decimal' | 'text[]'

/** The type whose array a column of values is sent as, and its object id (pg_type.dat). Integers fit where they are put. */
export const ELEMENT_TYPES: Readonly<Record<ColumnType, { name: string; oid: number }>> = {
  uuid: { name: 'uuid', oid: 2950 },
  int: { name: 'bigint', oid: 20 },
  timestamp: { name: 'timestamptz', oid: 1184 },
  bool: { name: 'boolean', oid: 16 },
  bytes: { name: 'bytea', oid: 17 },
  text: { name: 'text', oid: 25 },
  decimal: { name: 'text', oid: 25 },
  'text[]': { name: 'text', oid: 25 },
}

const HEADER_BYTES = 20
const NULL_LENGTH = -1
/** From 1970 to 2000, where PostgreSQL counts from. */
const EPOCH_MICROS = 946_684_800_000_000
/** UTF-8 bytes of one UTF-16 code unit, at most. */
const MAX_UTF8_BYTES = 3

/**
 * A one-dimensional array in PostgreSQL's binary form (array_send: dimensions, whether there are NULLs, element type; length
 * and lower bound; each element with its length), or null where every value is NULL: `unnest` fills such a column up.
 * Binary, because reading rows back from JSON cost the server four times as much as storing them.
 */
export function binaryArray(type: ColumnType, values: readonly unknown[]): Buffer | null {
  let size = HEADER_BYTES
  let nulls = 0
  for (const value of values) {
    if (value === null || value === undefined) nulls++
    size += 4 + capacityOf(type, value)
  }
  if (nulls === values.length) return null
  const out = Buffer.allocUnsafe(size)
  out.writeInt32BE(1, 0)
  out.writeInt32BE(nulls > 0 ? 1 : 0, 4)
  out.writeInt32BE(ELEMENT_TYPES[type].oid, 8)
  out.writeInt32BE(values.length, 12)
  out.writeInt32BE(1, 16)
  let at = HEADER_BYTES
  for (const value of values) {
    const length = value === null || value === undefined ? NULL_LENGTH : write(out, at + 4, type, value)
    out.writeInt32BE(length, at)
    at += 4 + Math.max(0, length)
  }
  return out.subarray(0, at)
}

function capacityOf(type: ColumnType, value: unknown): number {
  if (value === null || value === undefined) return 0
  if (type === 'bytes') return (value as Uint8Array).length
  if (type === 'text' || type === 'decimal') return (value as string).length * MAX_UTF8_BYTES
  if (type === 'text[]') return listText(value as readonly string[]).length * MAX_UTF8_BYTES
  return 16
}

/** Writes one value and gives its length. */
function write(out: Buffer, at: number, type: ColumnType, value: unknown): number {
  switch (type) {
    case 'bytes':
      out.set(value as Uint8Array, at)
      return (value as Uint8Array).length
    case 'text':
    case 'decimal':
      return out.write(value as string, at, 'utf8')
    case 'text[]':
      return out.write(listText(value as readonly string[]), at, 'utf8')
    case 'uuid':
      writeUuid(out, at, value as string)
      return 16
    case 'bool':
      out[at] = value === true ? 1 : 0
      return 1
    case 'int':
      return writeInt64(out, at, value as number)
    case 'timestamp':
      return writeInt64(out, at, Number(value) - EPOCH_MICROS)
  }
}

/** A safe integer in two's complement. */
function writeInt64(out: Buffer, at: number, value: number): number {
  const high = Math.floor(value / 2 ** 32)
  out.writeInt32BE(high, at)
  out.writeUInt32BE(value - high * 2 ** 32, at + 4)
  return 8
}

/** An array's text form, each element quoted (PostgreSQL, section "Array Input and Output Syntax"). */
function listText(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join()}}`
}
