import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalEnvelope, decodeSubject, encodeSubject } from '../../../src/domain/ledger/canonical.ts'
import { compareTexts } from '../../../src/domain/ledger/check-envelope.ts'
import type { EntryKind, Envelope, EnvelopeField } from '../../../src/domain/ledger/envelope.ts'
import { ENTRY_KINDS, ENVELOPE_FIELDS } from '../../../src/domain/ledger/envelope.ts'
import { envelopeFromJson, envelopeToJson } from '../../../src/domain/ledger/envelope-json.ts'
import { jcs } from '../../../src/domain/ledger/json.ts'
import { FULL, MINIMAL } from '../../vectors/ledger/material.ts'
import { codeOf } from './vectors.ts'

const text = fc
  .string({ unit: 'binary', maxLength: 40 })
  .filter((value) => value.isWellFormed() && !value.includes('\0'))
const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })

function valueOf(field: EnvelopeField): fc.Arbitrary<unknown> {
  const present: Record<EnvelopeField['type'], fc.Arbitrary<unknown>> = {
    version: fc.constant(1),
    kind: fc.constantFrom(...Object.keys(ENTRY_KINDS)),
    int: count,
    timestamp: count.map(BigInt),
    bool: fc.boolean(),
    text,
    json: fc.dictionary(text, fc.oneof(text, count, fc.boolean(), fc.constant(null))).map(jcs),
    uuid: field.name === 'id' ? fc.uuid({ version: 7 }) : fc.uuid(),
    digest: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    decimal: fc.tuple(fc.nat(9999999999), fc.nat(9999999999)).map(([a, b]) => `${a}.${String(b).padStart(10, '0')}`),
    'text[]': fc.uniqueArray(text, { maxLength: 4 }).map((flags) => flags.sort(compareTexts)),
  }
  return field.nullable ? fc.option(present[field.type]) : present[field.type]
}

const envelopes = fc
  .tuple(...ENVELOPE_FIELDS.map(valueOf))
  .map(
    (values) => Object.fromEntries(ENVELOPE_FIELDS.map((field, i) => [field.name, values[i]])) as unknown as Envelope,
  )

/** Two envelopes that differ in one field only. */
const neighbours = envelopes.chain((envelope) =>
  fc
    .constantFrom(...ENVELOPE_FIELDS)
    .chain((field) =>
      valueOf(field).map((value) => ({ field, envelope, other: { ...envelope, [field.name]: value } as Envelope })),
    ),
)

describe('the fields of an envelope', () => {
  it('are those of the table in docs/ledger.md, in its order, with its types and NULLs', () => {
    const page = readFileSync(new URL('../../../docs/ledger.md', import.meta.url), 'utf8')
    const rows = [...page.matchAll(/^\| (\d+) \| `([a-z_]+)` \| ([a-z[\]]+) \| (yes)? ?\|/gm)].map((row) =>
      row.slice(1, 5),
    )
    const shown: Partial<Record<EnvelopeField['type'], string>> = {
      version: 'int',
      kind: 'text',
      json: 'text',
      digest: 'bytes',
    }
    const fields = ENVELOPE_FIELDS.map((field, i) => [
      String(i + 1),
      field.name,
      shown[field.type] ?? field.type,
      field.nullable ? 'yes' : undefined,
    ])
    expect(rows).toEqual(fields)
  })

  it('are all of the type, none twice', () => {
    expect(ENVELOPE_FIELDS.map((field) => field.name).sort()).toEqual(Object.keys(FULL).sort())
  })

  it('have kinds whose bytes are those of the table in docs/ledger.md', () => {
    const page = readFileSync(new URL('../../../docs/ledger.md', import.meta.url), 'utf8')
    const rows = [...page.matchAll(/\| `([a-z]+)` \| (\d+) (?=\|)/g)].map((row) => [row[1], Number(row[2])])
    expect(Object.fromEntries(rows)).toEqual(ENTRY_KINDS)
  })
})

describe('canonical bytes', () => {
  it('differ wherever two envelopes differ in one field', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(neighbours, ({ field, envelope, other }) => {
        const same = jcs(envelopeToJson(envelope)[field.name]) === jcs(envelopeToJson(other)[field.name])
        expect(canonicalEnvelope(envelope).equals(canonicalEnvelope(other))).toBe(same)
      }),
      { numRuns: 400 },
    )
  })

  it('do not change when text moves from one field into the next', () => {
    const a = canonicalEnvelope({ ...FULL, team: 'ab', app: 'c' })
    const b = canonicalEnvelope({ ...FULL, team: 'a', app: 'bc' })
    expect(a.equals(b)).toBe(false)
  })

  it.each(['team', 'flags', 'detail'] as const)('tell NULL or none from empty in %s', (name) => {
    const [none, empty] = name === 'flags' ? [[], ['']] : [null, name === 'detail' ? '""' : '']
    const a = canonicalEnvelope({ ...FULL, [name]: none } as Envelope)
    expect(a.equals(canonicalEnvelope({ ...FULL, [name]: empty } as Envelope))).toBe(false)
  })

  it('are the same after a round trip through JSON', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(envelopes, (envelope) => {
        const back = envelopeFromJson(JSON.parse(JSON.stringify(envelopeToJson(envelope))))
        expect(canonicalEnvelope(back).equals(canonicalEnvelope(envelope))).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  it('keep text as it is: composed and decomposed letters are two texts', () => {
    const a = canonicalEnvelope({ ...FULL, team: '\u00e9' })
    expect(a.equals(canonicalEnvelope({ ...FULL, team: 'e\u0301' }))).toBe(false)
  })
})

const SECRET = 'canary-8c1f'
const bad: readonly (readonly [string, keyof Envelope, unknown])[] = [
  ['another version', 'format_version', 2],
  ['a kind that is not known', 'kind', SECRET as EntryKind],
  ['a kind of every object', 'kind', 'toString'],
  ['an id of version 4', 'id', '019ac8b1-2f00-4abc-8def-0123456789ab'],
  ['an id in upper case', 'id', FULL.id.toUpperCase()],
  ['a time as a number', 'occurred_at', 1764282000123456],
  ['a time before 1970', 'occurred_at', -1n],
  ['a time beyond 2^53 - 1', 'occurred_at', 2n ** 53n],
  ['a log id of 31 bytes', 'log_id', Buffer.alloc(31)],
  ['a lone surrogate', 'tenant_id', `${SECRET}\ud800`],
  ['a NUL', 'tenant_id', `${SECRET}\0`],
  ['NULL where there is none', 'tenant_id', null],
  ['a text that is missing', 'team', undefined],
  ['a text that is too long', 'team', SECRET.repeat(400)],
  ['a negative count', 'prompt_tokens', -1],
  ['minus zero', 'prompt_tokens', -0],
  ['a fraction', 'prompt_tokens', 1.5],
  ['a count beyond 2^53 - 1', 'prompt_tokens', 2 ** 53],
  ['a number for true', 'has_pii', 1],
  ['a cost without places', 'cost_usd', '1'],
  ['a cost with nine places', 'cost_usd', '0.000000000'],
  ['a cost with a leading zero', 'cost_usd', '00.0000000000'],
  ['a cost of minus zero', 'cost_usd', '-0.0000000000'],
  ['a cost of eleven digits', 'cost_usd', '10000000000.0000000000'],
  ['a cost that is no number', 'cost_usd', 'NaN'],
  ['JSON with white space', 'detail', `{"a": "${SECRET}"}`],
  ['JSON with names out of order', 'detail', '{"b":1,"a":2}'],
  ['JSON with a name twice', 'detail', '{"a":1,"a":1}'],
  ['JSON with a number in a spare form', 'detail', '{"a":1.0}'],
  ['JSON with a number out of range', 'detail', '{"a":1e999}'],
  ['JSON with a lone surrogate', 'detail', '{"a":"\\ud800"}'],
  ['JSON with a spare escape', 'detail', '{"a":"\\u0041"}'],
  ['JSON nested beyond 64', 'detail', `${'['.repeat(65)}${']'.repeat(65)}`],
  ['JSON nested without end', 'detail', '['.repeat(1_000_000)],
  ['text that is no JSON', 'detail', SECRET],
  ['flags that are not sorted', 'flags', ['b', 'a']],
  ['a flag twice', 'flags', ['a', 'a']],
  ['flags in the order of UTF-16', 'flags', ['\u{10000}', '\uffff']],
  ['flags that are no list', 'flags', SECRET],
  ['a flag that is no text', 'flags', [1]],
  ['a digest of 33 bytes', 'prompt_blob_digest', Buffer.alloc(33)],
  ['an epoch that is no UUID', 'writer_epoch', SECRET],
]

describe('an envelope is refused, without its data in the error, for', () => {
  it.each(bad)('%s (%s)', (_, name, value) => {
    const envelope = { ...FULL, [name]: value } as Envelope
    expect(codeOf(() => canonicalEnvelope(envelope))).toBe('ledger_entry_invalid')
    expect(() => canonicalEnvelope(envelope)).toThrow(name)
    expect(() => canonicalEnvelope(envelope)).not.toThrow(SECRET)
  })
})

describe('an envelope as JSON', () => {
  it('has to have every field and no other', () => {
    const { team, ...without } = envelopeToJson(MINIMAL)
    expect(team).toBe(null)
    expect(codeOf(() => envelopeFromJson(without))).toBe('ledger_malformed')
    expect(codeOf(() => envelopeFromJson({ ...without, more: null }))).toBe('ledger_malformed')
    expect(codeOf(() => envelopeFromJson({ ...envelopeToJson(MINIMAL), more: null }))).toBe('ledger_malformed')
  })

  it('has hex in lower case only', () => {
    const json = envelopeToJson(FULL)
    expect(codeOf(() => envelopeFromJson({ ...json, log_id: String(json.log_id).toUpperCase() }))).toBe(
      'ledger_malformed',
    )
  })

  it.each([null, 1, 'x', [], {}])('is refused where it is %j', (json) => {
    expect(codeOf(() => envelopeFromJson(json))).toBe('ledger_malformed')
  })
})

describe('the subject of an entry', () => {
  const part = fc.option(fc.string({ unit: 'grapheme', maxLength: 20 }))
  it('reads back as it was, and three NULLs as none', () => {
    fc.assert(
      fc.property(part, part, part, (user_id, session_id, consent_id) => {
        const subject = { user_id, session_id, consent_id }
        const none = user_id === null && session_id === null && consent_id === null
        expect(decodeSubject(encodeSubject(subject))).toEqual(none ? null : subject)
      }),
    )
  })

  it('is refused where its bytes are cut, longer or of another form', () => {
    const bytes = encodeSubject({ user_id: 'u', session_id: null, consent_id: 'c' })
    for (let length = 2; length < bytes.length; length++) {
      expect(codeOf(() => decodeSubject(bytes.subarray(0, length)))).toBe('ledger_malformed')
    }
    expect(codeOf(() => decodeSubject(Buffer.concat([bytes, Buffer.from([0])])))).toBe('ledger_malformed')
    expect(codeOf(() => decodeSubject(Buffer.from([2])))).toBe('ledger_malformed')
    expect(codeOf(() => decodeSubject(Buffer.alloc(0)))).toBe('ledger_malformed')
  })
})
