import type { AnchorLog } from '../../activities/ledger/anchor-log.ts'
import type { Log, LogKey } from '../adapters/postgres/ledger/log.ts'
import { Logs } from '../adapters/postgres/ledger/logs.ts'
import { type RotatedKey, type RotateOptions, rotateLogKey } from '../adapters/postgres/ledger/rotate.ts'
import { Sequencer } from '../adapters/postgres/ledger/sequencer.ts'
import type { Sql } from '../adapters/postgres/sql.ts'
import { openLogSigner } from '../compose/log-signer.ts'
import type { Environment } from '../config/env.ts'
import { formatVkey } from '../domain/ledger/vkey.ts'
import { PalimpsestError } from '../errors.ts'
import type { Io } from './io.ts'

/** Days that a replaced key signs beside its successor unless it is told otherwise. */
const DEFAULT_OVERLAP_HOURS = 7 * 24
const MOST_OVERLAP_HOURS = 366 * 24
const HOUR_MS = 3_600_000

export interface KeyFlags {
  tenant?: string | undefined
  overlapHours?: string | undefined
  endOverlap?: boolean | undefined
  json?: boolean | undefined
}

export interface KeyDeps {
  sql: Sql
  env: Environment
  /** Folder of the signing keys, where they are files. */
  folder: string
  anchors: AnchorLog
  io: Io
}

/** `palimpsest ledger rotate-key`: takes the rotation of each log's key one step on. */
export async function rotateKeys(flags: KeyFlags, { sql, env, folder, anchors, io }: KeyDeps): Promise<number> {
  const overlapMs = overlapOf(flags.overlapHours)
  const signer = await openLogSigner(env, folder)
  const logs = new Logs(sql, signer, env.deployment)
  const sequencer = new Sequencer({ sql, logs, anchored: anchors, onRefused: () => undefined })
  const options: RotateOptions = {
    sql,
    logs,
    signer,
    sequence: () => sequencer.round(),
    gatewayVersion: 'rotate-key',
    overlapMs,
    endOverlap: flags.endOverlap === true,
    now: Date.now,
  }
  const done: RotatedKey[] = []
  for (const { tenantId } of await chosen(logs, flags.tenant)) done.push(await rotateLogKey(options, tenantId))
  if (flags.json) io.write(JSON.stringify(done, null, 2))
  else for (const one of done) io.write(describe(one))
  return 0
}

/** `palimpsest ledger keys`: every key that each log ever had, from when on: what an auditor has to trust. */
export async function listKeys(flags: KeyFlags, { sql, env, folder, io }: KeyDeps): Promise<number> {
  const logs = new Logs(sql, await openLogSigner(env, folder), env.deployment)
  const listed = []
  for (const { tenantId } of await chosen(logs, flags.tenant))
    listed.push(...(await logs.all(tenantId)).flatMap(keysOf))
  if (flags.json) io.write(JSON.stringify(listed, null, 2))
  else for (const { verifier_key: key, from } of listed) io.write(`${key}  ${from}`)
  return 0
}

function keysOf({ origin, history = [] }: Log) {
  return history.map(({ key, since, signsUntil, version }: LogKey) => ({
    origin,
    verifier_key: formatVkey(key),
    from:
      since === null
        ? 'from the beginning'
        : `from ${iso(since.atMicros)}, behind leaf ${since.leafIndex} (entry ${since.entryId})`,
    from_entry: since?.entryId ?? null,
    from_leaf: since?.leafIndex ?? null,
    from_at: since === null ? null : iso(since.atMicros),
    signs_until: signsUntil === null ? null : iso(signsUntil),
    retired: version.retired,
  }))
}

async function chosen(logs: Logs, tenant: string | undefined): Promise<Log[]> {
  const all = await logs.inForce()
  const found = tenant === undefined ? all : all.filter(({ tenantId }) => tenantId === tenant)
  if (tenant === undefined || found.length > 0) return found
  throw new PalimpsestError({ code: 'log_unknown', status: 404, message: 'That tenant has no log here: see --tenant.' })
}

function overlapOf(hours: string | undefined): number {
  const value = hours === undefined ? DEFAULT_OVERLAP_HOURS : Number(hours)
  if (Number.isFinite(value) && value >= 0 && value <= MOST_OVERLAP_HOURS && hours !== '') {
    return Math.round(value * HOUR_MS)
  }
  throw new PalimpsestError({
    code: 'invalid_parameter',
    status: 400,
    message: `--overlap-hours takes a number from 0 to ${MOST_OVERLAP_HOURS}.`,
  })
}

function iso(micros: bigint): string {
  return new Date(Number(micros / 1000n)).toISOString()
}

function describe({ origin, outcome, newKey, oldKey, entryId, overlapUntil, retired }: RotatedKey): string {
  const until = new Date(overlapUntil).toISOString()
  if (outcome === 'in-overlap') {
    return `${origin}: the old key signs beside the new one until ${until}; nothing was done. --end-overlap stops it now.`
  }
  if (outcome === 'retired') return `${origin}: the old key is retired and signs no more: ${oldKey}`
  const rest = retired ? 'the old one is retired' : `the old one signs beside it until ${until}`
  return `${origin} has a new key, brought in by entry ${entryId}; ${rest}. Give auditors and witnesses: ${newKey}`
}
