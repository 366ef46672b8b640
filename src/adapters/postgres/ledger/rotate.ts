import { randomBytes } from 'node:crypto'
import { uuidv7 } from '../../../domain/ids/uuidv7.ts'
import { equalBytes } from '../../../domain/ledger/bytes.ts'
import { encodeRotation, ROTATED_STATUS, rotationMember, type StatedRotation } from '../../../domain/ledger/rotation.ts'
import { formatVkey, verifierKey } from '../../../domain/ledger/vkey.ts'
import { PalimpsestError } from '../../../errors.ts'
import type { LogSigner } from '../../../ports/log-signer.ts'
import type { Sql } from '../sql.ts'
import { insertBatches } from './commit-batches.ts'
import { openEpoch, type WriterEpoch } from './epoch.ts'
import { holdGenerations } from './generation.ts'
import type { Log, LogKey } from './log.ts'
import { type RotationRow, rotationsOf, signWith } from './log-keys.ts'
import type { Logs } from './logs.ts'
import { numberBatch } from './number-batch.ts'

const PLACED_WITHIN_MS = 60_000
const PAUSE_MS = 50

/** What a rotation has behind it: each step leaves something durable, and a run that finds it goes on from there. */
export type RotationStep = 'key-made' | 'entry-written' | 'entry-placed' | 'old-key-retired'

export interface RotateOptions {
  sql: Sql
  logs: Logs
  signer: LogSigner
  /** A round of a sequencer; beside a gateway that has its own it does no harm. */
  sequence(): Promise<unknown>
  gatewayVersion: string
  /** Milliseconds that the old key goes on signing beside the new one; 0: it is stopped at once. */
  overlapMs: number
  /** True: a running overlap ends now. */
  endOverlap?: boolean
  /** Milliseconds since the Unix epoch. */
  now(): number
  onStep?(step: RotationStep): void
}

export interface RotatedKey {
  tenant: string
  origin: string
  /**
   * `rotated`: a new key was brought in, now or by a run that was cut off; `in-overlap`: the last rotation's overlap still runs,
   * nothing was done; `retired`: the last rotation was finished, its old key signs no more.
   */
  outcome: 'rotated' | 'in-overlap' | 'retired'
  oldKey: string
  newKey: string
  entryId: string
  /** Milliseconds since the Unix epoch. */
  overlapUntil: number
  retired: boolean
}

/**
 * Takes the rotation of a tenant's log key one step on: finishes one that was begun, and begins one where none is open. Of two
 * that begin at once one wins, by the row of `ledger_key_rotation`, and both tell the same; a run that died leaves at most a
 * version that signs nothing, which the next run takes.
 *
 * @throws PalimpsestError `rotation_none` where no overlap runs that was to be ended, `rotation_unplaced` where nobody gave the entry a leaf in time: run it again.
 */
export async function rotateLogKey(options: RotateOptions, tenantId: string): Promise<RotatedKey> {
  const { logs, signer, sql, now } = options
  await logs.refresh()
  const log = await logs.of(tenantId)
  const open = await openRotation(sql, log)
  if (open === undefined && log.history?.at(-2)) {
    const finished = await finish(options, log)
    if (finished !== null) return finished
  }
  if (open === undefined && options.endOverlap === true) throw nothingToEnd()
  if (open === undefined) {
    const next = await signer.next(tenantId, log.key.publicKey)
    options.onStep?.('key-made')
    await write(options, log, { key: verifierKey(log.origin, next.publicKey), version: next })
    options.onStep?.('entry-written')
  }
  await placed(options, log)
  options.onStep?.('entry-placed')
  logs.forget(tenantId)
  const rotated = await logs.of(tenantId)
  const old = rotated.history?.at(-2)
  if (old?.signsUntil != null && old.signsUntil <= BigInt(now()) * 1000n) await retire(options, rotated, old)
  return outcomeOf(rotated, 'rotated', await isRetired(options, rotated))
}

/**
 * Retires replaced keys whose overlap is over, those of generations that ended included; gives the tenants of those it
 * retired. A key that signs the log in force is left alone, whatever an earlier generation says.
 */
export async function retireReplacedKeys({ logs, signer, now }: Pick<RotateOptions, 'logs' | 'signer' | 'now'>) {
  const retired: string[] = []
  for (const inForce of await logs.inForce()) {
    const all = (await logs.all(inForce.tenantId)).flatMap(({ history = [] }) => history)
    const over = all.filter(
      ({ key, version, signsUntil }) =>
        !version.retired &&
        signsUntil !== null &&
        signsUntil <= BigInt(now()) * 1000n &&
        !equalBytes(key.publicKey, inForce.key.publicKey),
    )
    for (const { key } of over) await signer.retire(inForce.tenantId, key.publicKey)
    if (over.length === 0) continue
    logs.forget(inForce.tenantId)
    retired.push(inForce.tenantId)
  }
  return retired
}

/** The rotation whose entry has no leaf yet, if there is one. */
async function openRotation(sql: Sql, log: Log): Promise<RotationRow | undefined> {
  const rows = await rotationsOf(sql, log.logId)
  return rows.find((row) => row.leafIndex === null && formatVkey(row.oldKey) === formatVkey(log.key))
}

/** Ends the last rotation's overlap where it is over. Null: it was ended before, so that another rotation may begin. */
async function finish(options: RotateOptions, log: Log): Promise<RotatedKey | null> {
  const old = log.history?.at(-2) as LogKey
  if (await isRetired(options, log)) return null
  const over = (old.signsUntil ?? 0n) <= BigInt(options.now()) * 1000n
  if (!over && options.endOverlap !== true) return outcomeOf(log, 'in-overlap', false)
  await retire(options, log, old)
  return outcomeOf(await options.logs.of(log.tenantId), 'retired', true)
}

async function isRetired({ signer }: RotateOptions, log: Log): Promise<boolean> {
  const old = log.history?.at(-2)?.key.publicKey
  if (old === undefined) return false
  // Asked for anew: another process may have retired it.
  const versions = await signer.keys(log.tenantId)
  return versions.some(({ publicKey, retired }) => retired && Buffer.from(publicKey).equals(old))
}

async function retire(options: RotateOptions, log: Log, old: LogKey): Promise<void> {
  await options.signer.retire(log.tenantId, old.key.publicKey)
  options.logs.forget(log.tenantId)
  options.onStep?.('old-key-retired')
}

/** Writes row and entry in one transaction; that another run was faster is fine. */
async function write(options: RotateOptions, log: Log, next: Pick<LogKey, 'key' | 'version'>): Promise<void> {
  const { sql, gatewayVersion, now } = options
  const rotatedAt = BigInt(now()) * 1000n
  const current = log.history?.at(-1) as LogKey
  const rotation = {
    logId: log.logId,
    rotatedAt,
    overlapUntil: rotatedAt + BigInt(options.overlapMs) * 1000n,
    oldKey: log.key,
    newKey: next.key,
  }
  const bytes = encodeRotation(rotation)
  const [oldSignature, newSignature] = await Promise.all([
    signWith(current, bytes),
    signWith({ ...next, since: null, signsUntil: null }, bytes),
  ])
  const stated = { ...rotation, oldSignature, newSignature }
  const entryId = uuidv7(now(), randomBytes(10))
  const detail = rotationMember(stated)
  const epoch = await openEpoch(log, rotatedAt, entryId, { kind: 'administration', status: ROTATED_STATUS, detail })
  await insert(sql, epoch, stated, entryId, gatewayVersion)
}

async function insert(
  sql: Sql,
  epoch: WriterEpoch,
  stated: StatedRotation,
  entryId: string,
  gatewayVersion: string,
): Promise<void> {
  const batch = numberBatch(epoch, [], gatewayVersion)
  await sql.begin(async (transaction) => {
    await holdGenerations(transaction, [epoch.log])
    const inserted = await transaction`
      INSERT INTO ledger_key_rotation (log_id, entry_id, old_key, new_key, rotated_at_us, overlap_until_us, old_signature, new_signature)
      VALUES (${epoch.log.logId}, ${entryId}, ${formatVkey(stated.oldKey)}, ${formatVkey(stated.newKey)},
              ${stated.rotatedAt.toString()}, ${stated.overlapUntil.toString()},
              ${stated.oldSignature}, ${stated.newSignature})
      ON CONFLICT (log_id, old_key) DO NOTHING RETURNING entry_id`
    if (inserted.length > 0) await insertBatches(transaction, [batch])
  })
}

/** Waits until the entry of the log's open rotation has its leaf. */
async function placed(options: RotateOptions, log: Log): Promise<void> {
  const giveUpAt = options.now() + PLACED_WITHIN_MS
  while (await openRotation(options.sql, log)) {
    await options.sequence()
    if (options.now() >= giveUpAt) throw unplaced()
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}

function outcomeOf(log: Log, outcome: RotatedKey['outcome'], retired: boolean): RotatedKey {
  const [old, current] = (log.history ?? []).slice(-2) as [LogKey, LogKey]
  return {
    tenant: log.tenantId,
    origin: log.origin,
    outcome,
    oldKey: formatVkey(old.key),
    newKey: formatVkey(current.key),
    entryId: current.since?.entryId ?? '',
    overlapUntil: Number((old.signsUntil ?? 0n) / 1000n),
    retired,
  }
}

function nothingToEnd(): PalimpsestError {
  return new PalimpsestError({
    code: 'rotation_none',
    status: 409,
    message: 'No overlap runs: there is none to end.',
  })
}

function unplaced(): PalimpsestError {
  return new PalimpsestError({
    code: 'rotation_unplaced',
    status: 503,
    message: 'The entry that brings the new key in has no leaf yet: see that a gateway runs, and run this again.',
    retryAfterSeconds: 5,
  })
}
