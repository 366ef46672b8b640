import { isUuid } from '../ids/uuidv7.ts'
import { HASH_BYTES, isCount } from './bytes.ts'
import type { Envelope, EnvelopeField } from './envelope.ts'
import { ENTRY_KINDS, ENVELOPE_FIELDS } from './envelope.ts'
import { isCanonicalJson } from './json.ts'
import { invalidEntry } from './malformed.ts'

/** Longest text column, in UTF-8 bytes. */
export const MAX_TEXT_BYTES = 4096
/** Longest JSON column, in UTF-8 bytes. */
export const MAX_JSON_BYTES = 1024 * 1024
/** Most flags on one entry. */
export const MAX_FLAGS = 256

const MAX_TIME = BigInt(Number.MAX_SAFE_INTEGER)
const DECIMAL = /^(-?)(0|[1-9][0-9]{0,9})\.([0-9]{10})$/
const UUID_V7 = /^.{14}7.{4}[89ab]/

/**
 * Checks every rule of an envelope's fields (docs/ledger.md). Throws `ledger_entry_invalid`, which names the field and
 * never its value.
 */
export function checkEnvelope(envelope: Envelope): void {
  const broken = brokenField(envelope)
  if (broken !== null) throw invalidEntry(broken.field, broken.rule)
}

/** The first field that breaks a rule, and the rule; null where all hold. */
export function brokenField(envelope: Envelope): { field: keyof Envelope; rule: string } | null {
  for (const field of ENVELOPE_FIELDS) {
    const value: unknown = envelope[field.name]
    if (value === null && field.nullable) continue
    const rule = brokenRule(field, value)
    if (rule !== null) return { field: field.name, rule }
  }
  return UUID_V7.test(envelope.id) ? null : { field: 'id', rule: 'has to be a UUID of version 7' }
}

function brokenRule(field: EnvelopeField, value: unknown): string | null {
  switch (field.type) {
    case 'version':
      return value === 1 ? null : 'has to be 1'
    case 'kind':
      return typeof value === 'string' && Object.hasOwn(ENTRY_KINDS, value) ? null : 'has to be a known kind'
    case 'int':
      return isCount(value) ? null : 'has to be an integer from 0 to 2^53 - 1'
    case 'timestamp':
      return typeof value === 'bigint' && value >= 0n && value <= MAX_TIME
        ? null
        : 'has to be a bigint of microseconds from 0 to 2^53 - 1'
    case 'bool':
      return typeof value === 'boolean' ? null : 'has to be true or false'
    case 'uuid':
      return typeof value === 'string' && isUuid(value) ? null : 'has to be a UUID in lower case'
    case 'digest':
      return value instanceof Uint8Array && value.length === HASH_BYTES ? null : 'has to be 32 bytes'
    case 'decimal':
      return isDecimal(value) ? null : 'has to be a decimal with exactly ten places'
    case 'text':
      return brokenText(value, MAX_TEXT_BYTES)
    case 'json':
      return brokenText(value, MAX_JSON_BYTES) ?? (isCanonicalJson(value as string) ? null : 'has to be canonical JSON')
    case 'text[]':
      return brokenFlags(value)
  }
}

function brokenText(value: unknown, maxBytes: number): string | null {
  if (typeof value !== 'string') return 'has to be a text'
  if (!value.isWellFormed()) return 'must not hold a lone surrogate'
  if (value.includes('\0')) return 'must not hold a NUL'
  return value.length * 3 <= maxBytes || Buffer.byteLength(value, 'utf8') <= maxBytes
    ? null
    : `must not be longer than ${maxBytes} bytes`
}

function brokenFlags(value: unknown): string | null {
  if (!Array.isArray(value)) return 'has to be a list of texts'
  if (value.length > MAX_FLAGS) return `must not hold more than ${MAX_FLAGS} texts`
  for (const [i, flag] of value.entries()) {
    const broken = brokenText(flag, MAX_TEXT_BYTES)
    if (broken !== null) return broken
    if (i > 0 && compareTexts(value[i - 1] as string, flag as string) >= 0) return 'has to be sorted, each text once'
  }
  return null
}

/** Orders texts by their UTF-8 bytes, as `flags` has to be. */
export function compareTexts(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'))
}

function isDecimal(value: unknown): boolean {
  const parts = typeof value === 'string' ? DECIMAL.exec(value) : null
  return parts !== null && (parts[1] === '' || /[1-9]/.test(`${parts[2]}${parts[3]}`))
}
