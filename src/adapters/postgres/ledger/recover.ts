import { randomBytes } from 'node:crypto'
import type { AnchorItem } from '../../../domain/evidence/anchor.ts'
import { uuidv7 } from '../../../domain/ids/uuidv7.ts'
import { genesisChain } from '../../../domain/ledger/chain.ts'
import { CompactRange } from '../../../domain/ledger/compact-range.ts'
import { formatOrigin, logIdOf, parseOrigin } from '../../../domain/ledger/origin.ts'
import { rootOf } from '../../../domain/ledger/prove.ts'
import { formatVkey, verifierKey } from '../../../domain/ledger/vkey.ts'
import type { AnchorReader } from '../../../ports/anchored-heads.ts'
import type { LogSigner, SigningKey } from '../../../ports/log-signer.ts'
import type { Sql, TransactionSql } from '../sql.ts'
import { appendLeaves } from './append-leaves.ts'
import { insertBatches } from './commit-batches.ts'
import { openEpoch } from './epoch.ts'
import { GENERATION_LOCK } from './generation.ts'
import type { Log, LogKey } from './log.ts'
import { firstUsable, followRotations, rotationsOf } from './log-keys.ts'
import { insertLog } from './logs.ts'
import { nodeSourceOf } from './node-source.ts'
import { numberBatch } from './number-batch.ts'
import { SEQUENCER_LOCK } from './sequencer.ts'

export interface RecoverOptions {
  sql: Sql
  signer: LogSigner
  anchors: AnchorReader
  deployment: string
  gatewayVersion: string
  /** Writes the next anchor. Rejects where it could not: nothing is recovered then. */
  anchor(items: readonly AnchorItem[]): Promise<void>
  /** Milliseconds since the Unix epoch. */
  now(): number
}

/** What a recovery did with one log. */
export interface RecoveredLog {
  tenant: string
  /** The generation that ended, and the one that begins. */
  previous: string
  origin: string
  verifierKey: string
  /** Leaves the database still has of the generation that ended. */
  restoredSize: number
  /** Leaves that were anchored of it. */
  anchoredSize: number
  /** Entries that were committed and have no leaf; they stay without one. */
  unplaced: number
  entryId: string
}

/**
 * Ends the generation in force of every log and opens the next one, whose first entry (kind `recovery`) names what was
 * anchored last and what the database has, and so the range that is lost. All in one transaction, with writers and
 * sequencers held off. Every log gets one, because any may have lost what was signed since the last anchor, and no size is
 * ever signed twice. The new generations are anchored before they are committed: a database that is restored once more would
 * otherwise begin the same ones again with other leaves.
 */
export async function recoverLedger(options: RecoverOptions): Promise<RecoveredLog[]> {
  return options.sql.begin(async (transaction) => {
    await transaction`SELECT pg_advisory_xact_lock(${SEQUENCER_LOCK})`
    await transaction`SELECT pg_advisory_xact_lock(${GENERATION_LOCK})`
    const recovered: RecoveredLog[] = []
    for (const [tenant, generation] of await newestGenerations(transaction, options)) {
      recovered.push(await recoverLog(transaction, options, tenant, generation))
    }
    await options.anchor(await firstItems(transaction, recovered))
    return recovered
  })
}

/** What an anchor keeps of logs that have their first leaf alone. */
async function firstItems(transaction: TransactionSql, recovered: readonly RecoveredLog[]): Promise<AnchorItem[]> {
  const rows = await transaction`
    SELECT l.origin, c.note, c.root_hash, f.leaf_hash FROM ledger_log l
    JOIN ledger_checkpoint c ON c.log_id = l.log_id AND c.tree_size = 1
    JOIN ledger_leaf f ON f.log_id = l.log_id AND f.leaf_index = 0
    WHERE l.origin = ANY(${recovered.map(({ origin }) => origin)}::text[])`
  return rows.map(({ origin, note, root_hash: rootHash, leaf_hash: leafHash }) => ({
    origin,
    note,
    treeSize: 1,
    rootHash,
    firstLeaf: 0,
    leafHashes: [leafHash],
  }))
}

/** By tenant, the newest generation that the database or an anchor knows. */
async function newestGenerations(
  transaction: TransactionSql,
  { anchors, deployment }: RecoverOptions,
): Promise<Map<string, number>> {
  const rows = await transaction`
    SELECT tenant_id, max(generation) AS generation FROM ledger_log GROUP BY tenant_id ORDER BY tenant_id`
  const newest = new Map<string, number>(rows.map((row) => [row.tenant_id, row.generation]))
  for (const name of anchors.origins().map(parseOrigin)) {
    const known = newest.get(name.tenant) ?? 0
    if (name.deployment === deployment && name.generation > known) newest.set(name.tenant, name.generation)
  }
  return newest
}

async function recoverLog(
  transaction: TransactionSql,
  options: RecoverOptions,
  tenant: string,
  generation: number,
): Promise<RecoveredLog> {
  const { signer, anchors, deployment, gatewayVersion, now } = options
  const previous = formatOrigin({ deployment, tenant, generation })
  const origin = formatOrigin({ deployment, tenant, generation: generation + 1 })
  const restored = await treeOf(transaction, previous)
  const anchored = anchors.of(previous)
  const unplaced = await transaction`DELETE FROM ledger_pending WHERE log_id = ${logIdOf(previous)} RETURNING entry_id`
  const current = await startingKey(transaction, signer, tenant, previous)
  await insertLog(transaction, origin, current.publicKey)
  const key = verifierKey(origin, current.publicKey)
  const log: Log = {
    tenantId: tenant,
    origin,
    generation: generation + 1,
    logId: logIdOf(origin),
    key,
    keys: [key],
    sign: (message) => current.sign(message),
  }
  const entryId = uuidv7(now(), randomBytes(10))
  const recovery = {
    origin: previous,
    restored_size: restored.size,
    restored_root: restored.root,
    anchored_size: anchored?.treeSize ?? 0,
    anchored_root: anchored ? Buffer.from(anchored.rootHash).toString('hex') : null,
    unplaced: unplaced.length,
  }
  const opening = { kind: 'recovery', status: 'done', detail: { recovery } } as const
  const epoch = await openEpoch(log, BigInt(now()) * 1000n, entryId, opening)
  const batch = numberBatch(epoch, [], gatewayVersion)
  await insertBatches(transaction, [batch])
  const state = { range: new CompactRange(), chain: genesisChain(log.logId) }
  await appendLeaves(transaction, [{ log, state, rows: [{ entry_id: entryId, leaf: batch.leaves[0] as Buffer }] }])
  return {
    tenant,
    previous,
    origin,
    verifierKey: formatVkey(key),
    restoredSize: restored.size,
    anchoredSize: anchored?.treeSize ?? 0,
    unplaced: unplaced.length,
    entryId,
  }
}

/** The key that signed the generation before, or the next one where that was retired: its rotation was lost in the restore. */
async function startingKey(
  transaction: TransactionSql,
  signer: LogSigner,
  tenant: string,
  previous: string,
): Promise<SigningKey> {
  const versions = await signer.keys(tenant)
  const logId = logIdOf(previous)
  const [row] = await transaction`SELECT verifier_key FROM ledger_log WHERE log_id = ${logId}`
  const known = versions.some(({ publicKey }) => formatVkey(verifierKey(previous, publicKey)) === row?.verifier_key)
  // A log that the restored database does not know, or of which it says something else, is begun with the first key there is.
  if (row === undefined || !known) return firstUsable(versions)
  const history = followRotations(previous, row.verifier_key, versions, await rotationsOf(transaction, logId))
  const { version } = history.at(-1) as LogKey
  return firstUsable(versions.slice(versions.indexOf(version)))
}

async function treeOf(transaction: TransactionSql, origin: string): Promise<{ size: number; root: string }> {
  const logId = logIdOf(origin)
  const [row] = await transaction`
    SELECT leaf_index::float8 + 1 AS size FROM ledger_leaf WHERE log_id = ${logId} ORDER BY leaf_index DESC LIMIT 1`
  const size = row?.size ?? 0
  const root = await rootOf(size, nodeSourceOf(transaction, logId))
  return { size, root: root.toString('hex') }
}
