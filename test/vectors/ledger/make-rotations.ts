import { encodeCheckpoint } from '../../../src/domain/ledger/checkpoint.ts'
import type { Envelope } from '../../../src/domain/ledger/envelope.ts'
import { envelopeToJson } from '../../../src/domain/ledger/envelope-json.ts'
import { encodeEpoch, epochDetail, overlapMember } from '../../../src/domain/ledger/epoch.ts'
import { signNote } from '../../../src/domain/ledger/note.ts'
import {
  encodeRotation,
  type KeyRotation,
  ROTATED_STATUS,
  rotationMember,
} from '../../../src/domain/ledger/rotation.ts'
import { formatVkey } from '../../../src/domain/ledger/vkey.ts'
import { LOG_ID, LOG_KEY, ORIGIN } from './make-log.ts'
import { fixed, hex, MINIMAL, noteKey, type TestKey, testKey } from './material.ts'

const OLD = testKey('log')
const NEW = testKey('log 2')
const NEW_KEY = noteKey(ORIGIN, NEW)
const STRANGER = noteKey(ORIGIN, testKey('stranger'))
const ROTATED_AT = 1764282000000000n

const ROTATION: KeyRotation = {
  logId: LOG_ID,
  rotatedAt: ROTATED_AT,
  overlapUntil: ROTATED_AT + 604_800_000_000n,
  oldKey: LOG_KEY.vkey,
  newKey: NEW_KEY.vkey,
}

/** Rotations, epochs opened in their overlap and a checkpoint that both keys signed: good ones, and ones that must not hold. */
export async function rotationVectors(): Promise<unknown> {
  const trusted = {
    old: [formatVkey(LOG_KEY.vkey)],
    new: [formatVkey(NEW_KEY.vkey)],
    none: [formatVkey(STRANGER.vkey)],
  }
  const text = encodeCheckpoint({ origin: ORIGIN, treeSize: 7, rootHash: fixed('root') })
  const rotation = (why: string, change: Partial<Stated>, result: string, keys = [...trusted.old, ...trusted.new]) => ({
    why,
    envelope: envelopeToJson(rotationEntry(change)),
    trusted: keys,
    result,
  })
  const opening = (why: string, envelope: Envelope, keys: string[], result: string) => ({
    why,
    envelope: envelopeToJson(envelope),
    trusted: keys,
    result,
  })
  return {
    origin: ORIGIN,
    log_id: hex(LOG_ID),
    old: { secret: hex(OLD.secret), vkey: formatVkey(LOG_KEY.vkey) },
    new: { secret: hex(NEW.secret), vkey: formatVkey(NEW_KEY.vkey) },
    rotated_at: Number(ROTATION.rotatedAt),
    overlap_until: Number(ROTATION.overlapUntil),
    statement: hex(encodeRotation(ROTATION)),
    old_signature: hex(OLD.sign(encodeRotation(ROTATION))),
    new_signature: hex(NEW.sign(encodeRotation(ROTATION))),
    rotations: [
      rotation('both keys are trusted', {}, 'ok'),
      rotation('the old key is trusted, the new one not yet', {}, 'ok', trusted.old),
      rotation('the new key alone is trusted', {}, 'ledger_signer_unknown', trusted.new),
      rotation('neither is', {}, 'ledger_signer_unknown', trusted.none),
      rotation('the old key did not sign', { oldSigner: testKey('stranger') }, 'ledger_evidence_invalid'),
      rotation('the new key did not sign', { newSigner: testKey('stranger') }, 'ledger_evidence_invalid'),
      rotation('the overlap was made longer', { overlapUntil: ROTATION.overlapUntil + 1n }, 'ledger_evidence_invalid'),
      rotation('another key was put in', { newKey: STRANGER.vkey }, 'ledger_evidence_invalid'),
      rotation('the entry is of another time', { occurredAt: ROTATED_AT + 1n }, 'ledger_evidence_invalid'),
      rotation(
        'the overlap ends before it begins',
        { signed: { ...ROTATION, overlapUntil: ROTATED_AT - 1n }, overlapUntil: ROTATED_AT - 1n },
        'ledger_evidence_invalid',
      ),
      rotation(
        'a key follows itself',
        { signed: { ...ROTATION, newKey: LOG_KEY.vkey }, newKey: LOG_KEY.vkey, newSigner: OLD },
        'ledger_evidence_invalid',
      ),
      rotation(
        'the new key is one of another log',
        { newKey: noteKey('palimpsest.local/acme/g2', NEW).vkey },
        'ledger_evidence_invalid',
      ),
    ],
    openings: [
      opening('the new key vouches', openingEntry(OLD), trusted.new, 'ok'),
      opening('the old key vouches in the overlap', openingEntry(OLD), trusted.old, 'ok'),
      opening('nobody trusted vouches', openingEntry(OLD), trusted.none, 'ledger_signer_unknown'),
      opening(
        'somebody else signed for the old key',
        openingEntry(testKey('stranger')),
        trusted.old,
        'ledger_evidence_invalid',
      ),
      opening(
        'the new key vouches, and somebody else signed for the old one',
        openingEntry(testKey('stranger')),
        [...trusted.old, ...trusted.new],
        'ledger_evidence_invalid',
      ),
      opening('there is no overlap', openingEntry(null), trusted.old, 'ledger_signer_unknown'),
    ],
    checkpoint: await signNote(text, [NEW_KEY, LOG_KEY]),
    checkpoint_trusted: [trusted.old, trusted.new, [...trusted.old, ...trusted.new]],
  }
}

interface Stated extends Pick<KeyRotation, 'newKey' | 'overlapUntil'> {
  occurredAt: bigint
  oldSigner: TestKey
  newSigner: TestKey
  /** What was signed, where it is not what is stated. */
  signed: KeyRotation
}

function rotationEntry(change: Partial<Stated>): Envelope {
  const { oldSigner = OLD, newSigner = NEW, occurredAt = ROTATED_AT, signed = ROTATION } = change
  const { newKey = ROTATION.newKey, overlapUntil = ROTATION.overlapUntil } = change
  const bytes = encodeRotation(signed)
  const stated = { ...ROTATION, newKey, overlapUntil }
  const member = rotationMember({ ...stated, oldSignature: oldSigner.sign(bytes), newSignature: newSigner.sign(bytes) })
  return openedBy(LOG_KEY, OLD, 'a', occurredAt, member, ROTATED_STATUS)
}

function openingEntry(overlap: TestKey | null): Envelope {
  const statement = statementOf('b', ROTATED_AT + 1000n)
  const more = overlap === null ? {} : overlapMember(LOG_KEY.vkey, overlap.sign(encodeEpoch(statement)))
  return openedBy(NEW_KEY, NEW, 'b', ROTATED_AT + 1000n, more, 'done')
}

function statementOf(which: string, openedAt: bigint) {
  const writerEpoch = `019ac8b1-0000-7000-9000-0000000000${which}1`
  return { logId: LOG_ID, writerEpoch, openedAt, publicKey: testKey(`epoch ${which}`).publicKey }
}

function openedBy(
  { vkey }: typeof LOG_KEY,
  key: TestKey,
  which: string,
  occurredAt: bigint,
  more: Readonly<Record<string, unknown>>,
  status: string,
): Envelope {
  const statement = statementOf(which, occurredAt)
  return {
    ...MINIMAL,
    id: `019ac8b1-2000-7000-8000-0000000000${which}1`,
    log_id: LOG_ID,
    writer_epoch: statement.writerEpoch,
    occurred_at: occurredAt,
    status,
    detail: epochDetail(statement, vkey, key.sign(encodeEpoch(statement)), more),
  }
}
