import type { Batch, BatchPosition } from '../../../src/domain/ledger/batch.ts'
import { batchHash, encodeBatch, entriesDigest, nextBatchPosition } from '../../../src/domain/ledger/batch.ts'
import { genesisChain, nextChain } from '../../../src/domain/ledger/chain.ts'
import { encodeCheckpoint } from '../../../src/domain/ledger/checkpoint.ts'
import type { Envelope } from '../../../src/domain/ledger/envelope.ts'
import { envelopeToJson } from '../../../src/domain/ledger/envelope-json.ts'
import type { EpochStatement } from '../../../src/domain/ledger/epoch.ts'
import { encodeEpoch, epochDetail, epochHash, firstBatchPosition } from '../../../src/domain/ledger/epoch.ts'
import { signNote } from '../../../src/domain/ledger/note.ts'
import { formatOrigin, logIdOf } from '../../../src/domain/ledger/origin.ts'
import { formatVkey } from '../../../src/domain/ledger/vkey.ts'
import type { EntryPlan, MadeEntry } from './make-entries.ts'
import { makeEntry } from './make-entries.ts'
import type { MadeTree } from './make-merkle.ts'
import { makeTree } from './make-merkle.ts'
import type { TestKey } from './material.ts'
import { FULL, fixed, hex, MINIMAL, noteKey, testKey } from './material.ts'

export const ORIGIN = formatOrigin({ deployment: 'palimpsest.local', tenant: 'acme', generation: 1 })
export const LOG_ID = logIdOf(ORIGIN)
export const LOG_KEY = noteKey(ORIGIN, testKey('log'))

interface MadeEpoch {
  readonly statement: EpochStatement
  readonly key: TestKey
  readonly signature: Buffer
  readonly entries: readonly MadeEntry[]
  readonly batches: readonly Batch[]
}

/** A log of two writers whose batches interleave. */
export interface MadeLog {
  readonly epochs: readonly MadeEpoch[]
  /** In the order of the tree. */
  readonly entries: readonly MadeEntry[]
  readonly chain: readonly Buffer[]
  readonly tree: MadeTree
}

function openEpoch(number: number, plans: readonly EntryPlan[], sizes: readonly number[]): MadeEpoch {
  const writerEpoch = `019ac8b1-0000-7000-9000-0000000000e${number}`
  const key = testKey(`epoch ${number}`)
  const openedAt = 1764282000000000n + BigInt(number)
  const statement = { logId: LOG_ID, writerEpoch, openedAt, publicKey: key.publicKey }
  const signature = testKey('log').sign(encodeEpoch(statement))
  const id = `019ac8b1-2000-7000-8000-0000000000e${number}`
  const base = { id, log_id: LOG_ID, writer_epoch: writerEpoch, occurred_at: openedAt }
  const detail = epochDetail(statement, LOG_KEY.vkey, signature)
  const opening: EntryPlan = { name: `opening ${number}`, envelope: { ...MINIMAL, ...base, detail } }
  const entries = [opening, ...plans].map((plan, seq) => {
    const placed: Partial<Envelope> = { log_id: LOG_ID, writer_epoch: writerEpoch, writer_seq: seq }
    return makeEntry({ ...plan, envelope: { ...plan.envelope, ...placed } })
  })
  const batches: Batch[] = []
  let at: BatchPosition = firstBatchPosition(statement)
  for (const size of sizes) {
    const members = entries.slice(at.first_seq, at.first_seq + size)
    const digest = entriesDigest(members.map((entry) => entry.leafHash))
    const unsigned = { ...at, entry_count: members.length, entries_digest: digest }
    const batch = { ...unsigned, signature: key.sign(encodeBatch(unsigned)) }
    batches.push(batch)
    at = nextBatchPosition(batch)
  }
  return { statement, key, signature, entries, batches }
}

function callPlan(number: number, more: Partial<EntryPlan> = {}): EntryPlan {
  const id = `019ac8b1-2f00-7000-8000-00000000000${number}`
  return {
    name: `call ${number}`,
    envelope: { ...FULL, id, occurred_at: FULL.occurred_at + BigInt(number) },
    subject: { user_id: `user-${number}`, session_id: null, consent_id: null },
    prompt: `{"messages":[{"role":"user","content":"[PERSON_1] asks ${number}"}]}`,
    response: `{"choices":[{"message":{"role":"assistant","content":"[PERSON_1] is told ${number}"}}]}`,
    ...more,
  }
}

/** Two epochs, seven entries. */
export function makeLog(): MadeLog {
  const refusal = callPlan(3)
  const withoutAnswer: EntryPlan = {
    name: refusal.name,
    envelope: { ...refusal.envelope, kind: 'refusal', status: 'refused', response_blob_digest: null },
    ...(refusal.subject === undefined ? {} : { subject: refusal.subject }),
    ...(refusal.prompt === undefined ? {} : { prompt: refusal.prompt }),
  }
  const first = openEpoch(1, [callPlan(1), callPlan(2), withoutAnswer], [1, 3])
  const second = openEpoch(2, [callPlan(4), callPlan(5)], [2, 1])
  const order = [first.entries[0], second.entries[0], second.entries[1], ...first.entries.slice(1), second.entries[2]]
  const entries = order.filter((entry) => entry !== undefined)
  const chain = [genesisChain(LOG_ID)]
  for (const entry of entries) chain.push(nextChain(chain.at(-1) as Buffer, entry.leafHash))
  return { epochs: [first, second], entries, chain, tree: makeTree(entries.map((entry) => entry.leafHash)) }
}

/** The signed checkpoint of the first `size` entries. */
export async function signedCheckpoint(log: MadeLog, size: number): Promise<string> {
  const rootHash = log.tree.roots[size] as Buffer
  return signNote(encodeCheckpoint({ origin: ORIGIN, treeSize: size, rootHash }), [LOG_KEY])
}

/** The part of `log.json` that is not proofs. */
export async function logVectors(log: MadeLog): Promise<Record<string, unknown>> {
  const checkpoints: string[] = []
  for (let size = 0; size <= log.entries.length; size++) checkpoints.push(await signedCheckpoint(log, size))
  return {
    origin: ORIGIN,
    log_id: hex(LOG_ID),
    log_secret: hex(fixed('key log')),
    vkey: formatVkey(LOG_KEY.vkey),
    epochs: log.epochs.map((epoch) => ({
      writer_epoch: epoch.statement.writerEpoch,
      opened_at: Number(epoch.statement.openedAt),
      secret: hex(epoch.key.secret),
      public_key: hex(epoch.key.publicKey),
      statement: hex(encodeEpoch(epoch.statement)),
      statement_hash: hex(epochHash(epoch.statement)),
      signature: hex(epoch.signature),
      opening_index: log.entries.indexOf(epoch.entries[0] as MadeEntry),
      batches: epoch.batches.map((batch) => ({
        batch_no: batch.batch_no,
        first_seq: batch.first_seq,
        entry_count: batch.entry_count,
        entries_digest: hex(batch.entries_digest),
        previous_batch_hash: hex(batch.previous_batch_hash),
        bytes: hex(encodeBatch(batch)),
        batch_hash: hex(batchHash(batch)),
        signature: hex(batch.signature),
      })),
    })),
    entries: log.entries.map((entry, index) => ({
      index,
      envelope: envelopeToJson(entry.envelope),
      envelope_nonce: hex(entry.envelopeNonce),
      commitments: Object.fromEntries(Object.entries(entry.commitments).map(([name, bytes]) => [name, hex(bytes)])),
      leaf: hex(entry.leaf),
      leaf_hash: hex(entry.leafHash),
      chain: hex(log.chain[index + 1] as Buffer),
    })),
    genesis: hex(log.chain[0] as Buffer),
    roots: log.tree.roots.map(hex),
    checkpoints,
  }
}
