import type { SubjectIdentity } from '../../../src/domain/ledger/canonical.ts'
import { canonicalEnvelope, encodeContent, encodeSubject } from '../../../src/domain/ledger/canonical.ts'
import type { Commitments } from '../../../src/domain/ledger/commitment.ts'
import { commit, commitAbsent } from '../../../src/domain/ledger/commitment.ts'
import type { EntryEvidence, SealedGroup } from '../../../src/domain/ledger/entry-proof.ts'
import { encodeEvidence, SEALED_GROUPS } from '../../../src/domain/ledger/entry-proof.ts'
import type { Envelope } from '../../../src/domain/ledger/envelope.ts'
import { envelopeToJson } from '../../../src/domain/ledger/envelope-json.ts'
import { encodeLeaf, leafHash, leafOf } from '../../../src/domain/ledger/leaf.ts'
import type { GroupMaterial } from './material.ts'
import { absentGroup, FULL, fixed, hex, MINIMAL } from './material.ts'

export interface EntryPlan {
  readonly name: string
  readonly envelope: Envelope
  readonly subject?: SubjectIdentity
  readonly prompt?: string
  readonly response?: string
}

export interface MadeEntry {
  readonly envelope: Envelope
  readonly envelopeNonce: Buffer
  readonly canonical: Buffer
  readonly groups: Readonly<Record<SealedGroup, GroupMaterial>>
  readonly commitments: Commitments
  readonly leaf: Buffer
  readonly leafHash: Buffer
}

/** Builds an entry from its plan with nonces that are the same on every run. */
export function makeEntry(plan: EntryPlan): MadeEntry {
  const { envelope, name } = plan
  const nonce = (group: string): Buffer => fixed(`nonce ${name} ${group}`)
  const material = (group: SealedGroup, bytes: Buffer | null): GroupMaterial =>
    bytes === null ? absentGroup() : { bytes, nonce: nonce(group) }
  const content = (text: string | undefined): Buffer | null =>
    text === undefined ? null : encodeContent(Buffer.from(text, 'utf8'))
  const groups = {
    subject: material('subject', plan.subject === undefined ? null : encodeSubject(plan.subject)),
    prompt: material('prompt', content(plan.prompt)),
    response: material('response', content(plan.response)),
  }
  const canonical = canonicalEnvelope(envelope)
  const envelopeNonce = nonce('envelope')
  const sealed = (group: SealedGroup): Buffer =>
    groups[group].nonce.equals(absentGroup().nonce)
      ? commitAbsent(group, envelope.id)
      : commit(group, groups[group].nonce, envelope.id, groups[group].bytes)
  const commitments = {
    envelope: commit('envelope', envelopeNonce, envelope.id, canonical),
    subject: sealed('subject'),
    prompt: sealed('prompt'),
    response: sealed('response'),
  }
  const leaf = encodeLeaf(leafOf(envelope, commitments))
  return { envelope, envelopeNonce, canonical, groups, commitments, leaf, leafHash: leafHash(leaf) }
}

/** The evidence for an entry with all its openings. */
export function evidenceOfEntry({ envelope, envelopeNonce, commitments, groups }: MadeEntry): EntryEvidence {
  const { subject, prompt, response } = groups
  return {
    envelope,
    envelopeNonce,
    commitments,
    openings: {
      ...(envelope.subject_blob_digest === null ? {} : { subject }),
      ...(envelope.prompt_blob_digest === null ? {} : { prompt }),
      ...(envelope.response_blob_digest === null ? {} : { response }),
    },
  }
}

const PLANS: readonly EntryPlan[] = [
  { name: 'as little as there can be', envelope: MINIMAL },
  {
    name: 'every field filled',
    envelope: FULL,
    subject: { user_id: 'ann.lee@example.org', session_id: 's-1', consent_id: 'c-1' },
    prompt: '{"model":"gpt-4o","messages":[{"role":"user","content":"Mail [PERSON_1]"}]}',
    response: '{"choices":[{"message":{"role":"assistant","content":"Sent to [PERSON_1]."}}]}',
  },
  {
    name: 'text beyond ASCII, empty text, largest numbers',
    envelope: {
      ...FULL,
      kind: 'refusal',
      occurred_at: 9007199254740991n,
      tenant_id: 'Zürich.1',
      team: '',
      app: '\u{1f58b} e\u0301 \u00e9 \u2028',
      cost_usd: '-9999999999.9999999999',
      flags: ['', 'a', '\uffff', '\u{10000}'],
      entity_counts: '{}',
      attempts: '[]',
      status_code: 0,
      response_blob_digest: null,
      writer_seq: 9007199254740991,
    },
    subject: { user_id: '', session_id: null, consent_id: '\u{1f642}' },
    prompt: '',
  },
  {
    name: 'a statement that ran for a person of another request',
    envelope: {
      ...FULL,
      kind: 'query',
      status: 'answered',
      error_code: null,
      detail:
        '{"database":"shop","relations":["reporting.orders"],"rows":3,"shape":"SELECT id FROM orders WHERE total > ?"}',
      response_blob_digest: null,
      writer_seq: 42,
    },
    subject: { user_id: 'ann.lee@example.org', session_id: null, consent_id: null },
    prompt: '{"database":"shop","sql":"SELECT id FROM orders WHERE total > 5"}',
  },
]

/** `entries.json`. */
export function entryVectors(): unknown {
  return PLANS.map((plan) => {
    const made = makeEntry(plan)
    const groups = Object.fromEntries(
      SEALED_GROUPS.map((group) => [
        group,
        { bytes: hex(made.groups[group].bytes), nonce: hex(made.groups[group].nonce) },
      ]),
    )
    return {
      name: plan.name,
      envelope: envelopeToJson(made.envelope),
      canonical: hex(made.canonical),
      envelope_nonce: hex(made.envelopeNonce),
      subject: plan.subject ?? null,
      prompt: plan.prompt ?? null,
      response: plan.response ?? null,
      groups,
      commitments: {
        envelope: hex(made.commitments.envelope),
        subject: hex(made.commitments.subject),
        prompt: hex(made.commitments.prompt),
        response: hex(made.commitments.response),
      },
      leaf: hex(made.leaf),
      record: hex(encodeEvidence(evidenceOfEntry(made))),
      leaf_hash: hex(made.leafHash),
    }
  })
}
