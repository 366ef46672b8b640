import { equalBytes } from '../../../domain/ledger/bytes.ts'
import { verifyEd25519 } from '../../../domain/ledger/ed25519.ts'
import { checkRotation, type StatedRotation } from '../../../domain/ledger/rotation.ts'
import { formatVkey, parseVkey, type VerifierKey, verifierKey } from '../../../domain/ledger/vkey.ts'
import { PalimpsestError } from '../../../errors.ts'
import { type SigningKey, SigningKeyRetired } from '../../../ports/log-signer.ts'
import type { Row, Sql, TransactionSql } from '../sql.ts'
import type { Log, LogKey, LogSignature } from './log.ts'

/** A rotation as it is stored; `leafIndex` null: its entry has no leaf yet. */
export interface RotationRow extends StatedRotation {
  entryId: string
  leafIndex: number | null
}

/** Every rotation of a log, those in the tree first and in its order. Nothing is verified. */
export async function rotationsOf(sql: Sql | TransactionSql, logId: Buffer): Promise<RotationRow[]> {
  const rows = await sql`
    SELECT r.*, l.leaf_index::float8 AS leaf_index FROM ledger_key_rotation r
    LEFT JOIN ledger_leaf l ON l.entry_id = r.entry_id AND l.log_id = r.log_id
    WHERE r.log_id = ${logId} ORDER BY l.leaf_index NULLS LAST`
  return rows.flatMap((row) => rotationOf(row) ?? [])
}

/** How many rotations of each log are in the tree, by log id in hex; those without any are left out. */
export async function countRotations(sql: Sql | TransactionSql): Promise<Map<string, number>> {
  const rows = await sql`
    SELECT r.log_id, count(*)::integer AS count FROM ledger_key_rotation r
    JOIN ledger_leaf l ON l.entry_id = r.entry_id AND l.log_id = r.log_id GROUP BY r.log_id`
  return new Map(rows.map((row) => [row.log_id.toString('hex'), row.count]))
}

/**
 * The keys of a log, oldest first: the one it began with and those that entries in its tree brought in, each vouched for by the
 * one before and known to the signer. The last one signs. A row that no key of the log signed is nobody's.
 *
 * @throws PalimpsestError `signing_key_missing`, 503, where the signer does not have the first one, or one that an entry
 * brought in.
 */
export function followRotations(
  origin: string,
  first: string,
  versions: readonly SigningKey[],
  rotations: readonly RotationRow[],
): LogKey[] {
  const known = versions.map((version) => ({ version, key: verifierKey(origin, version.publicKey) }))
  const begun = known.find(({ key }) => formatVkey(key) === first)
  if (begun === undefined) throw missing()
  const keys: LogKey[] = [{ ...begun, since: null, signsUntil: null }]
  for (const rotation of rotations) {
    const { entryId, leafIndex, rotatedAt, newKey } = rotation
    const last = keys.at(-1) as LogKey
    if (leafIndex === null || !holds(rotation, last.key)) continue
    const next = known.find(({ key }) => equalBytes(key.publicKey, newKey.publicKey))
    if (next === undefined) throw missing()
    last.signsUntil = rotation.overlapUntil
    keys.push({ ...next, since: { entryId, leafIndex, atMicros: rotatedAt }, signsUntil: null })
  }
  return keys
}

/** The version that signs a log which begins now: the first of them that may still sign. */
export function firstUsable(versions: readonly SigningKey[]): SigningKey {
  const usable = versions.find((version) => !version.retired)
  if (usable === undefined) throw new Error('a signer has to give at least one key that is not retired')
  return usable
}

/** The signatures of a log over a message: its key's and, in the overlap of a rotation, behind it that of the replaced one. */
export async function signaturesOf(log: Log, message: Uint8Array): Promise<[LogSignature, ...LogSignature[]]> {
  const [signature, beside] = await Promise.all([log.sign(message), log.signBeside?.(message) ?? null])
  return beside === null ? [{ key: log.key, signature }] : [{ key: log.key, signature }, beside]
}

/** Signs with the last key. A signature that does not hold under the key's public half never gets out. */
export async function signWith({ key, version }: LogKey, message: Uint8Array): Promise<Uint8Array> {
  const signature = await version.sign(message)
  if (verifyEd25519(key.key, message, signature)) return signature
  throw new PalimpsestError({
    code: 'signing_key_wrong',
    status: 503,
    message: 'The KMS gave a signature that does not hold under the key it names: look at the KMS.',
    retryAfterSeconds: 5,
  })
}

/** Signs with the key that is being replaced; null: the overlap is over, or was ended. */
export async function signBeside(
  replaced: LogKey | undefined,
  message: Uint8Array,
  nowMicros: bigint,
): Promise<LogSignature | null> {
  if (replaced === undefined || replaced.version.retired || nowMicros >= (replaced.signsUntil ?? 0n)) return null
  try {
    return { key: replaced.key, signature: await signWith(replaced, message) }
  } catch (error) {
    if (error instanceof SigningKeyRetired) return null
    throw error
  }
}

function holds(rotation: StatedRotation, last: VerifierKey): boolean {
  try {
    checkRotation(rotation, [last])
    return true
  } catch (error) {
    if (error instanceof PalimpsestError) return false
    throw error
  }
}

/** Undefined for a row that cannot be one of ours. */
function rotationOf(row: Row): RotationRow | undefined {
  try {
    return {
      logId: row.log_id,
      rotatedAt: BigInt(row.rotated_at_us),
      overlapUntil: BigInt(row.overlap_until_us),
      oldKey: parseVkey(row.old_key),
      newKey: parseVkey(row.new_key),
      oldSignature: row.old_signature,
      newSignature: row.new_signature,
      entryId: row.entry_id,
      leafIndex: row.leaf_index,
    }
  } catch (error) {
    if (error instanceof PalimpsestError) return undefined
    throw error
  }
}

function missing(): PalimpsestError {
  return new PalimpsestError({
    code: 'signing_key_missing',
    status: 503,
    message: 'The KMS does not have a signing key that this ledger was written with: connect the KMS it belongs to.',
    retryAfterSeconds: 5,
  })
}
