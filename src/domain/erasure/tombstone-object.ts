import { PalimpsestError } from '../../errors.ts'
import { isUuid } from '../ids/uuidv7.ts'
import { fromUtf8, isCount, sha256 } from '../ledger/bytes.ts'
import { isCanonicalJson, isJsonObject, jcs } from '../ledger/json.ts'
import { parseNote } from '../ledger/note.ts'
import type { Tombstone } from './types.ts'

export const TOMBSTONE_FORMAT = 'palimpsest/v1/tombstone'
/** Most keys, subjects, values and texts of one object together; a case with more has several. */
export const MAX_TOMBSTONE_ROWS = 10_000
/** Largest object that is read. */
export const MAX_TOMBSTONE_BYTES = 4 * 1024 * 1024
const MAX_NUMBER = 999_999_999_999

/** `000000000042.json`: names sort as numbers do. */
export function tombstoneName(number: number): string {
  return `${String(number).padStart(12, '0')}.json`
}

/**
 * The text that the tenant's log key signs, as a C2SP signed note: whoever may write to the store cannot thereby have keys
 * destroyed. It names the object by its number and the SHA-256 of its canonical JSON (RFC 8785) without the note.
 */
export function tombstoneText(number: number, tombstone: Tombstone): string {
  const digest = sha256(Buffer.from(jcs(bodyOf(number, tombstone)), 'utf8')).toString('hex')
  return `${TOMBSTONE_FORMAT}\n${number}\n${digest}\n`
}

/** The object's bytes: canonical JSON. @param note `tombstoneText`, signed. */
export function encodeTombstone(number: number, tombstone: Tombstone, note: string): Buffer {
  return Buffer.from(jcs({ ...bodyOf(number, tombstone), note }), 'utf8')
}

/**
 * Reads an object strictly: exact members in canonical form, ids in lower case, lists sorted without repetition, within the
 * limits. The note is of this object; its signature is not verified. @throws PalimpsestError `tombstone_malformed`
 */
export function decodeTombstone(bytes: Uint8Array, number: number): { tombstone: Tombstone; note: string } {
  if (bytes.length > MAX_TOMBSTONE_BYTES) throw malformedTombstone(number)
  try {
    const text = fromUtf8(bytes, 'tombstone')
    const json: unknown = isCanonicalJson(text) ? JSON.parse(text) : null
    if (!isTombstone(json) || json.number !== number) throw malformedTombstone(number)
    const { format: _format, number: _number, note, ...tombstone } = json
    if (parseNote(note).text !== tombstoneText(number, tombstone)) throw malformedTombstone(number)
    return { tombstone, note }
  } catch (cause) {
    if (cause instanceof PalimpsestError && cause.code === 'ledger_malformed') throw malformedTombstone(number, cause)
    throw cause
  }
}

export function malformedTombstone(number: number, cause?: unknown): PalimpsestError {
  return new PalimpsestError({
    code: 'tombstone_malformed',
    status: 503,
    message: `Tombstone ${number} in the anchor store is not one that this deployment wrote: look at the store, and compare a copy.`,
    retryAfterSeconds: 60,
    cause,
  })
}

function bodyOf(number: number, tombstone: Tombstone) {
  const { tenant, case: caseId, receipt, at, keys, subjects, values, texts } = tombstone
  return { format: TOMBSTONE_FORMAT, number, tenant, case: caseId, receipt, at, keys, subjects, values, texts }
}

interface TombstoneObject extends Tombstone {
  format: string
  number: number
  note: string
}

const MEMBERS = 'at case format keys note number receipt subjects tenant texts values'
const TENANT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/
const NAME = /^[A-Za-z0-9_]{1,128}$/
const PLACEHOLDER = /^\[[A-Za-z0-9_]{1,128}\]$/
const DIGEST = /^[0-9a-f]{64}$/

function isTombstone(json: unknown): json is TombstoneObject {
  if (!isJsonObject(json) || Object.keys(json).sort().join(' ') !== MEMBERS) return false
  const { format, number, note, tenant, case: caseId, receipt, at, keys, subjects, values, texts } = json
  const lists = [keys, subjects, values, texts]
  if (!lists.every(Array.isArray) || rowsOf(lists as unknown[][]) > MAX_TOMBSTONE_ROWS) return false
  return (
    format === TOMBSTONE_FORMAT &&
    isCount(number) &&
    number > 0 &&
    number <= MAX_NUMBER &&
    typeof note === 'string' &&
    matches(TENANT, tenant) &&
    isId(caseId) &&
    isCount(receipt) &&
    isCount(at) &&
    isList(keys, isId) &&
    isList(subjects, isSubject) &&
    isList(values, (value) => isTuple(value, 2) && isId(value[0]) && matches(PLACEHOLDER, value[1])) &&
    isList(texts, isText)
  )
}

function isSubject(value: unknown): boolean {
  const isShaped = isJsonObject(value) && Object.keys(value).sort().join(' ') === 'pseudonym token'
  return isShaped && matches(NAME, value.pseudonym) && matches(NAME, value.token)
}

function isText(value: unknown): boolean {
  if (!isTuple(value, 3) || !isId(value[0])) return false
  return (value[1] === 'prompt' || value[1] === 'response') && matches(DIGEST, value[2])
}

function isTuple(value: unknown, length: number): value is unknown[] {
  return Array.isArray(value) && value.length === length
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && isUuid(value)
}

function matches(pattern: RegExp, value: unknown): boolean {
  return typeof value === 'string' && pattern.test(value)
}

/** Whether every item is one, and comes behind the one before it. */
function isList(items: unknown, isItem: (item: unknown) => boolean): boolean {
  if (!Array.isArray(items) || !items.every(isItem)) return false
  const keys = items.map(orderOf)
  return keys.every((key, index) => index === 0 || (keys[index - 1] as string) < key)
}

/** By what the items of each list are sorted. */
export function orderOf(item: unknown): string {
  return JSON.stringify(item)
}

function rowsOf(lists: readonly (readonly unknown[])[]): number {
  return lists.reduce((sum, list) => sum + list.length, 0)
}
