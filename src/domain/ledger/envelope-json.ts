import { fromHex, isCount } from './bytes.ts'
import { brokenField } from './check-envelope.ts'
import type { Envelope, EnvelopeField } from './envelope.ts'
import { ENVELOPE_FIELDS } from './envelope.ts'
import { isJsonObject } from './json.ts'
import { malformed } from './malformed.ts'

/** An envelope as JSON carries it: bytes as lower-case hex, times as numbers of microseconds, the rest as it is. */
export type EnvelopeJson = { readonly [Name in keyof Envelope]: string | number | boolean | readonly string[] | null }

/** The JSON form of an envelope, every field present. */
export function envelopeToJson(envelope: Envelope): EnvelopeJson {
  const out: Partial<Record<keyof Envelope, unknown>> = {}
  for (const { name } of ENVELOPE_FIELDS) {
    const value = envelope[name]
    if (typeof value === 'bigint') out[name] = Number(value)
    else out[name] = value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
  }
  return out as EnvelopeJson
}

/**
 * Reads an envelope from JSON, strictly: every field present, no other one, each as `checkEnvelope` wants it. Throws
 * `ledger_malformed`.
 */
export function envelopeFromJson(json: unknown): Envelope {
  if (!isJsonObject(json)) throw malformed('An envelope has to be a JSON object.')
  if (Object.keys(json).length !== ENVELOPE_FIELDS.length) {
    throw malformed(`An envelope has to have exactly the ${ENVELOPE_FIELDS.length} fields of its version.`)
  }
  const out: Partial<Record<keyof Envelope, unknown>> = {}
  for (const field of ENVELOPE_FIELDS) {
    if (!Object.hasOwn(json, field.name)) throw malformed(`An envelope has to have the field ${field.name}.`)
    out[field.name] = readField(field, json[field.name])
  }
  const envelope = out as unknown as Envelope
  const broken = brokenField(envelope)
  if (broken !== null) throw malformed(`The field ${broken.field} of an envelope ${broken.rule}.`)
  return envelope
}

function readField(field: EnvelopeField, value: unknown): unknown {
  if (field.type === 'digest' && typeof value === 'string') return fromHex(value, `field ${field.name}`)
  if (field.type === 'timestamp' && isCount(value)) return BigInt(value)
  return value
}
