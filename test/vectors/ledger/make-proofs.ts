import type { EntryEvidence } from '../../../src/domain/ledger/entry-proof.ts'
import { encodeEvidence } from '../../../src/domain/ledger/entry-proof.ts'
import { jcs } from '../../../src/domain/ledger/json.ts'
import { formatProof } from '../../../src/domain/ledger/proof-file.ts'
import { inclusionProof } from '../../../src/domain/ledger/prove.ts'
import { formatVkey } from '../../../src/domain/ledger/vkey.ts'
import type { MadeLog } from './make-log.ts'
import { LOG_KEY, signedCheckpoint } from './make-log.ts'
import { noteKey, testKey } from './material.ts'

const TRUSTED = formatVkey(LOG_KEY.vkey)

/** The evidence for an entry with all its openings. */
export function evidenceOf(log: MadeLog, index: number): EntryEvidence {
  const entry = log.entries[index]
  if (entry === undefined) throw new Error('no such entry')
  const { subject, prompt, response } = entry.groups
  return {
    envelope: entry.envelope,
    envelopeNonce: entry.envelopeNonce,
    commitments: entry.commitments,
    openings: {
      ...(entry.envelope.subject_blob_digest === null ? {} : { subject }),
      ...(entry.envelope.prompt_blob_digest === null ? {} : { prompt }),
      ...(entry.envelope.response_blob_digest === null ? {} : { response }),
    },
  }
}

/** A proof file for entry `index` in the tree of `size`. */
export async function proofFile(log: MadeLog, index: number, size: number, extra: Uint8Array | null): Promise<string> {
  const path = await inclusionProof(size, index, log.tree.source)
  return formatProof({ extra, index, path, checkpoint: await signedCheckpoint(log, size) })
}

/** Evidence as JSON, changed by `edit`, in canonical form again. */
function edited(evidence: EntryEvidence, edit: (json: Record<string, Record<string, unknown>>) => void): Buffer {
  const json = JSON.parse(encodeEvidence(evidence).toString('utf8')) as Record<string, Record<string, unknown>>
  edit(json)
  return Buffer.from(jcs(json), 'utf8')
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
  add('no extra data', await proofFile(log, 3, 7, null), 'ledger_malformed')
  add('another index', good.replace('index 3\n', 'index 4\n'), 'ledger_evidence_invalid')
  add('a leading zero in the index', good.replace('index 3\n', 'index 03\n'), 'ledger_malformed')
  add('another tree size', good.replace('/g1\n7\n', '/g1\n6\n'), 'ledger_evidence_invalid')
  add('another header', good.replace('@v1', '@v2'), 'ledger_malformed')
  add('CRLF', good.replaceAll('\n', '\r\n'), 'ledger_malformed')
  add('an empty line before the path', good.replace('index 3\n', 'index 3\n\n'), 'ledger_evidence_invalid')
  add('text behind the checkpoint', `${good}more\n`, 'ledger_malformed')
  const lines = good.split('\n')
  add('a hash of the path missing', [...lines.slice(0, 3), ...lines.slice(4)].join('\n'), 'ledger_evidence_invalid')
  add('no checkpoint', `${good.slice(0, good.indexOf('\n\n'))}\n\n`, 'ledger_malformed')
  return rows
}

function badEvidence(log: MadeLog): (readonly [string, Buffer, string])[] {
  const full = evidenceOf(log, 3)
  const other = evidenceOf(log, 2)
  const zero = '00'.repeat(32)
  const change = (name: string, value: unknown) =>
    edited(full, (json) => {
      Object.assign(json.envelope as object, { [name]: value })
    })
  return [
    ['a changed cost', change('cost_usd', '0.0012500001'), 'ledger_evidence_invalid'],
    ['a changed time', change('occurred_at', 1764282000123460), 'ledger_evidence_invalid'],
    ['another log id', change('log_id', zero), 'ledger_evidence_invalid'],
    ['another tenant', change('tenant_id', 'other'), 'ledger_evidence_invalid'],
    ['a blob digest taken out', change('prompt_blob_digest', null), 'ledger_evidence_invalid'],
    ['a cost with nine places', change('cost_usd', '0.001250000'), 'ledger_malformed'],
    ['a field that does not exist', change('more', 1), 'ledger_malformed'],
    ['another entry', encodeEvidence(other), 'ledger_evidence_invalid'],
    [
      'the opening of another entry',
      encodeEvidence({ ...full, openings: { ...full.openings, prompt: other.openings.prompt as never } }),
      'ledger_evidence_invalid',
    ],
    [
      'the prompt shown as the answer',
      encodeEvidence({ ...full, openings: { response: full.openings.prompt as never } }),
      'ledger_evidence_invalid',
    ],
    [
      'a changed commitment',
      edited(full, (json) => Object.assign(json.commitments as object, { prompt: zero })),
      'ledger_evidence_invalid',
    ],
    ['a member that does not exist', edited(full, (json) => Object.assign(json, { more: {} })), 'ledger_malformed'],
    [
      'a group that does not exist',
      edited(full, (json) => Object.assign(json.openings as object, { more: {} })),
      'ledger_malformed',
    ],
    ['not canonical', Buffer.concat([Buffer.from(' '), encodeEvidence(full)]), 'ledger_malformed'],
    ['not JSON', Buffer.from('{'), 'ledger_malformed'],
    ['not UTF-8', Buffer.from([0xff]), 'ledger_malformed'],
  ]
}
