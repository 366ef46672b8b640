import { fromUtf8, label } from './bytes.ts'
import { checkEnvelope } from './check-envelope.ts'
import type { Envelope, EnvelopeField } from './envelope.ts'
import { ENVELOPE_FIELDS } from './envelope.ts'
import { FieldWriter, TYPE_TAGS } from './field-writer.ts'
import { invalidEntry, malformed } from './malformed.ts'

const ENVELOPE_START = label('envelope')

/**
 * The canonical bytes of an envelope: `palimpsest/v1/envelope`, NUL, then every field in order, NULLs included.
 * Different envelopes give different bytes. Checks the envelope first and throws `ledger_entry_invalid`.
 */
export function canonicalEnvelope(envelope: Envelope): Buffer {
  checkEnvelope(envelope)
  return encodeEnvelope(envelope)
}

/** The same bytes of an envelope as it is stored, whatever it says: evidence shows rows that somebody changed, too. */
export function encodeEnvelope(envelope: Envelope): Buffer {
  const writer = new FieldWriter(ENVELOPE_START)
  for (const field of ENVELOPE_FIELDS) writeField(writer, field, envelope[field.name])
  return writer.finish()
}

function writeField(writer: FieldWriter, field: EnvelopeField, value: Envelope[keyof Envelope]): void {
  if (value === null) writer.writeNull()
  else if (typeof value === 'number') writer.writeInt(value, TYPE_TAGS.int)
  else if (typeof value === 'bigint') writer.writeInt(Number(value), TYPE_TAGS.timestamp)
  else if (typeof value === 'boolean') writer.writeBool(value)
  else if (value instanceof Uint8Array) writer.writeBytes(value)
  else if (typeof value !== 'string') writer.writeTexts(value)
  else if (field.type === 'uuid') writer.writeUuid(value)
  else if (field.type === 'decimal') writer.writeText(value, TYPE_TAGS.decimal)
  else writer.writeText(value)
}

/** Who a call was made for, as the app named them. */
export interface SubjectIdentity {
  readonly user_id: string | null
  readonly session_id: string | null
  readonly consent_id: string | null
}

const ABSENT = Buffer.from([0])
const PRESENT = Buffer.from([1])

/**
 * The SUBJECT group's bytes: presence byte, then the three fields. All three NULL is the same as absent. Throws
 * `ledger_entry_invalid` on a lone surrogate.
 */
export function encodeSubject(subject: SubjectIdentity): Buffer {
  const { user_id, session_id, consent_id } = subject
  if (user_id === null && session_id === null && consent_id === null) return encodeAbsent()
  const writer = new FieldWriter(PRESENT)
  for (const text of [user_id, session_id, consent_id]) {
    if (text === null) writer.writeNull()
    else if (text.isWellFormed()) writer.writeText(text)
    else throw invalidEntry('subject', 'must not hold a lone surrogate')
  }
  return writer.finish()
}

/** The PROMPT or RESPONSE group's bytes: presence byte, then the exact bytes of the redacted JSON. */
export function encodeContent(content: Uint8Array): Buffer {
  return Buffer.concat([PRESENT, content])
}

/** The bytes of a SUBJECT, PROMPT or RESPONSE group that has no content: one zero byte. */
export function encodeAbsent(): Buffer {
  return Buffer.from(ABSENT)
}

/** Reads the SUBJECT group's bytes; null where it is absent. Throws `ledger_malformed`. */
export function decodeSubject(bytes: Uint8Array): SubjectIdentity | null {
  const all = Buffer.from(bytes)
  if (all.equals(ABSENT)) return null
  const texts: (string | null)[] = []
  let at = 1
  while (at + 7 <= all.length && texts.length < 3) {
    const end = at + 7 + all.readUInt32BE(at + 3)
    const text = all.subarray(at + 7, end)
    texts.push(all[at + 2] === TYPE_TAGS.null ? null : fromUtf8(text, 'subject of an entry'))
    at = end
  }
  const [user_id = null, session_id = null, consent_id = null] = texts
  const subject = { user_id, session_id, consent_id }
  if (!encodeSubject(subject).equals(all)) throw malformed('The subject of an entry is not in its canonical form.')
  return subject
}

/** Reads the PROMPT or RESPONSE group's bytes; null where it is absent. Throws `ledger_malformed`. */
export function decodeContent(bytes: Uint8Array): Buffer | null {
  const all = Buffer.from(bytes)
  if (all.equals(ABSENT)) return null
  if (all[0] !== 1) throw malformed('The content of an entry has to begin with its presence byte.')
  return all.subarray(1)
}
