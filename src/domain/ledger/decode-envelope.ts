import { uuidText } from '../ids/uuidv7.ts'
import { fromUtf8, label, readU64 } from './bytes.ts'
import { encodeEnvelope } from './canonical.ts'
import { brokenField } from './check-envelope.ts'
import type { Envelope, EnvelopeField } from './envelope.ts'
import { ENVELOPE_FIELDS } from './envelope.ts'
import { TYPE_TAGS } from './field-writer.ts'
import { malformed } from './malformed.ts'

const START = label('envelope')
const HEADER_BYTES = 7

/**
 * Reads an envelope from its canonical bytes, strictly: every field present, each as `checkEnvelope` wants it, no byte more.
 * Throws `ledger_malformed`.
 */
export function decodeEnvelope(bytes: Uint8Array): Envelope {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const out: Partial<Record<keyof Envelope, unknown>> = {}
  let at = START.length
  for (const field of ENVELOPE_FIELDS) {
    const from = at + HEADER_BYTES
    if (from > all.length) throw notCanonical()
    const end = from + all.readUInt32BE(at + 3)
    if (end > all.length) throw notCanonical()
    out[field.name] = readField(field, all[at + 2] as number, all.subarray(from, end))
    at = end
  }
  const envelope = out as unknown as Envelope
  const broken = brokenField(envelope)
  if (broken !== null) throw malformed(`The field ${broken.field} of an envelope ${broken.rule}.`)
  // What was read and written again is what was there: tags, numbers and lengths are right, and nothing follows.
  if (!encodeEnvelope(envelope).equals(all)) throw notCanonical()
  return envelope
}

function readField({ type, name }: EnvelopeField, tag: number, bytes: Buffer): unknown {
  if (tag === TYPE_TAGS.null) return null
  switch (type) {
    case 'version':
    case 'int':
      return readCount(bytes)
    case 'timestamp':
      return BigInt(readCount(bytes))
    case 'bool':
      return bytes[0] === 1
    case 'uuid':
      if (bytes.length !== 16) throw notCanonical()
      return uuidText(bytes)
    case 'digest':
      return Buffer.from(bytes)
    case 'text[]':
      return readTexts(bytes, name)
    case 'decimal':
    case 'kind':
    case 'text':
    case 'json':
      return fromUtf8(bytes, `field ${name} of an envelope`)
  }
}

function readCount(bytes: Buffer): number {
  if (bytes.length !== 8) throw notCanonical()
  return readU64(bytes, 0, 'number in an envelope')
}

function readTexts(bytes: Buffer, name: string): string[] {
  const texts: string[] = []
  for (let at = 4; at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUInt32BE(at)
    texts.push(fromUtf8(bytes.subarray(at + 4, end), `field ${name} of an envelope`))
    at = end
  }
  return texts
}

function notCanonical() {
  return malformed('The envelope of an entry is not in its canonical form.')
}
