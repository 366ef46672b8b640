import { u32 } from '../../../src/domain/ledger/bytes.ts'
import { encodeAbsent, encodeEnvelope } from '../../../src/domain/ledger/canonical.ts'
import type { EntryEvidence } from '../../../src/domain/ledger/entry-proof.ts'
import { encodeEvidence } from '../../../src/domain/ledger/entry-proof.ts'
import type { Envelope } from '../../../src/domain/ledger/envelope.ts'
import { formatProof } from '../../../src/domain/ledger/proof-file.ts'
import { inclusionProof } from '../../../src/domain/ledger/prove.ts'
import { formatVkey } from '../../../src/domain/ledger/vkey.ts'
import { evidenceOfEntry } from './make-entries.ts'
import type { MadeLog } from './make-log.ts'
import { LOG_KEY, signedCheckpoint } from './make-log.ts'
import { noteKey, testKey } from './material.ts'

/** Where the envelope stands in the record of an entry. */
const ENVELOPE_AT = 184
const [INVALID, MALFORMED] = ['ledger_evidence_invalid', 'ledger_malformed'] as const
const EMPTY = { nonce: Buffer.alloc(32), bytes: encodeAbsent() }
const TRUSTED = formatVkey(LOG_KEY.vkey)

/** The evidence for an entry with all its openings. */
export function evidenceOf(log: MadeLog, index: number): EntryEvidence {
  const entry = log.entries[index]
  if (entry === undefined) throw new Error('no such entry')
  return evidenceOfEntry(entry)
}

/** A proof file for entry `index` in the tree of `size`. */
export async function proofFile(log: MadeLog, index: number, size: number, extra: Uint8Array | null): Promise<string> {
  const path = await inclusionProof(size, index, log.tree.source)
  return formatProof({ extra, index, path, checkpoint: await signedCheckpoint(log, size) })
}

/** The proofs of `log.json`: those that hold, then those that must not. */
export async function proofVectors(log: MadeLog): Promise<unknown[]> {
  const rows: unknown[] = []
  const add = (why: string, proof: string, result: string, groups?: object, trusted: string[] = [TRUSTED]): void => {
    rows.push({ why, proof, trusted, result, ...(groups === undefined ? {} : { groups }) })
  }
  const full = evidenceOf(log, 3)
  const bare = { ...full, openings: {} }
  const opened = { envelope: 'opened', subject: 'opened', prompt: 'opened', response: 'opened' }
  const sealed = { envelope: 'opened', subject: 'sealed', prompt: 'sealed', response: 'sealed' }
  const absent = { envelope: 'opened', subject: 'absent', prompt: 'absent', response: 'absent' }
  const good = await proofFile(log, 3, 7, encodeEvidence(full))
  add('every group opened', good, 'ok', opened)
  add('nothing opened but the envelope', await proofFile(log, 3, 7, encodeEvidence(bare)), 'ok', sealed)
  add('no content at all', await proofFile(log, 0, 1, encodeEvidence(evidenceOf(log, 0))), 'ok', absent)
  const refusal = log.entries.findIndex((entry) => entry.envelope.kind === 'refusal')
  const refused = await proofFile(log, refusal, 7, encodeEvidence(evidenceOf(log, refusal)))
  add('no answer', refused, 'ok', { ...opened, response: 'absent' })

  const stranger = formatVkey(noteKey('palimpsest.local/acme/g1', testKey('stranger')).vkey)
  add('signed by nobody who is trusted', good, 'ledger_signer_unknown', undefined, [stranger])
  for (const [why, extra, result] of badEvidence(log)) add(why, await proofFile(log, 3, 7, extra), result)
  add('no extra data', await proofFile(log, 3, 7, null), MALFORMED)
  add('another index', good.replace('index 3\n', 'index 4\n'), INVALID)
  add('a leading zero in the index', good.replace('index 3\n', 'index 03\n'), MALFORMED)
  add('another tree size', good.replace('/g1\n7\n', '/g1\n6\n'), INVALID)
  add('another header', good.replace('@v1', '@v2'), MALFORMED)
  add('CRLF', good.replaceAll('\n', '\r\n'), MALFORMED)
  add('an empty line before the path', good.replace('index 3\n', 'index 3\n\n'), INVALID)
  add('text behind the checkpoint', `${good}more\n`, MALFORMED)
  const lines = good.split('\n')
  add('a hash of the path missing', [...lines.slice(0, 3), ...lines.slice(4)].join('\n'), INVALID)
  add('no checkpoint', `${good.slice(0, good.indexOf('\n\n'))}\n\n`, MALFORMED)
  return rows
}

function badEvidence(log: MadeLog): (readonly [string, Buffer, string])[] {
  const full = evidenceOf(log, 3)
  const other = evidenceOf(log, 2)
  const zero = Buffer.alloc(32)
  const record = encodeEvidence(full)
  const change = (envelope: Partial<Envelope>) =>
    encodeEvidence({ ...full, envelope: { ...full.envelope, ...envelope } })
  const edited = (edit: (bytes: Buffer) => unknown) => {
    const bytes = Buffer.from(record)
    edit(bytes)
    return bytes
  }
  const envelope = encodeEnvelope(full.envelope)
  const opened = record.subarray(ENVELOPE_AT + envelope.length)
  const withEnvelope = (bytes: Buffer) =>
    Buffer.concat([record.subarray(0, ENVELOPE_AT - 4), u32(bytes.length), bytes, opened])
  const opening = (group: number, length: number) => Buffer.concat([Buffer.from([group]), zero, u32(length), zero])
  const bare = encodeEvidence({ ...full, openings: {} })
  return [
    ['a changed cost', change({ cost_usd: '0.0012500001' }), INVALID],
    ['a changed time', change({ occurred_at: 1764282000123460n }), INVALID],
    ['another log id', change({ log_id: zero }), INVALID],
    ['another tenant', change({ tenant_id: 'other' }), INVALID],
    ['a blob digest taken out', change({ prompt_blob_digest: null }), INVALID],
    ['a cost with nine places', change({ cost_usd: '0.001250000' }), MALFORMED],
    ['a kind that does not exist', change({ kind: 'more' as 'hold' }), MALFORMED],
    ['a number below zero', change({ prompt_tokens: -1 }), MALFORMED],
    [
      'a field that does not exist',
      withEnvelope(Buffer.concat([envelope, Buffer.from('00390000000000', 'hex')])),
      MALFORMED,
    ],
    ['a field missing', withEnvelope(envelope.subarray(0, -15)), MALFORMED],
    ['a field under another number', edited((bytes) => bytes.writeUInt16BE(2, ENVELOPE_AT + 23)), MALFORMED],
    ['a field of another type', edited((bytes) => bytes.writeUInt8(2, ENVELOPE_AT + 25)), MALFORMED],
    ['another version of the envelope', edited((bytes) => bytes.writeUInt8(2, ENVELOPE_AT + 37)), MALFORMED],
    ['a text that is not UTF-8', edited((bytes) => bytes.writeUInt8(0xff, bytes.indexOf('acme'))), MALFORMED],
    ['another entry', encodeEvidence(other), INVALID],
    [
      'the opening of another entry',
      encodeEvidence({ ...full, openings: { ...full.openings, prompt: other.openings.prompt as never } }),
      INVALID,
    ],
    [
      'the prompt shown as the answer',
      encodeEvidence({ ...full, openings: { response: full.openings.prompt as never } }),
      INVALID,
    ],
    ['a changed commitment', encodeEvidence({ ...full, commitments: { ...full.commitments, prompt: zero } }), INVALID],
    ['an opening of the envelope', Buffer.concat([bare, opening(1, 32)]), MALFORMED],
    ['a group that does not exist', Buffer.concat([bare, opening(5, 32)]), MALFORMED],
    ['a group twice', Buffer.concat([bare, opened, opened]), MALFORMED],
    ['an opening that is longer than what follows', Buffer.concat([bare, opening(2, 33)]), MALFORMED],
    ['an opening without content', encodeEvidence({ ...full, openings: { prompt: EMPTY } }), MALFORMED],
    ['a byte behind the record', Buffer.concat([record, Buffer.alloc(1)]), MALFORMED],
    [
      'an envelope that is longer than what follows',
      edited((bytes) => bytes.writeUInt8(1, ENVELOPE_AT - 4)),
      MALFORMED,
    ],
    ['a record of another kind', edited((bytes) => bytes.write('x', 14)), MALFORMED],
    ['a record that is cut', record.subarray(0, 100), MALFORMED],
    ['nothing', Buffer.alloc(0), MALFORMED],
  ]
}
