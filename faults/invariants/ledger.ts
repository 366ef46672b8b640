import type postgres from 'postgres'
import type { Sql } from '../../src/adapters/postgres/connect.ts'
import { Logs } from '../../src/adapters/postgres/ledger/logs.ts'
import { createLedgerReader } from '../../src/adapters/postgres/ledger/reader.ts'
import { type Batch, nextBatchPosition, verifyBatch } from '../../src/domain/ledger/batch.ts'
import { equalBytes, sha256 } from '../../src/domain/ledger/bytes.ts'
import { genesisChain, nextChain } from '../../src/domain/ledger/chain.ts'
import { openCheckpoint } from '../../src/domain/ledger/checkpoint.ts'
import { CompactRange } from '../../src/domain/ledger/compact-range.ts'
import { checkGroups } from '../../src/domain/ledger/entry-proof.ts'
import type { Envelope } from '../../src/domain/ledger/envelope.ts'
import { firstBatchPosition, verifyEpochOpening } from '../../src/domain/ledger/epoch.ts'
import { encodeLeaf, leafHash, leafOf } from '../../src/domain/ledger/leaf.ts'
import { logIdOf, parseOrigin } from '../../src/domain/ledger/origin.ts'
import { verifyInclusion } from '../../src/domain/ledger/verify-proof.ts'
import { parseVkey, type VerifierKey } from '../../src/domain/ledger/vkey.ts'
import type { LedgerReader, StoredEntry } from '../../src/ports/ledger-reader.ts'
import type { LogSigner } from '../../src/ports/log-signer.ts'
import type { Findings } from './types.ts'

const PAGE = 500
const PROOFS_PER_LOG = 25

interface LogRow {
  tenantId: string
  origin: string
  logId: Buffer
  key: VerifierKey
}

/** What a log holds at one place. */
interface Placed {
  index: number
  envelope: Envelope
  leafHash: Buffer
}

/**
 * Reads every log as an auditor does who trusts the log's key alone: leaves and chain computed anew from the entries,
 * roots at every checkpoint, epochs and batches by their signatures, blobs by their digests, proofs for a sample.
 */
export async function checkLedger(sql: postgres.Sql, reading: Sql, findings: Findings): Promise<number> {
  const rows = await sql`SELECT tenant_id, origin, verifier_key FROM ledger_log ORDER BY origin`
  let entries = 0
  for (const row of rows) {
    const log = {
      tenantId: row.tenant_id,
      origin: row.origin,
      logId: logIdOf(row.origin),
      key: parseVkey(row.verifier_key),
    }
    const reader = createLedgerReader(reading, new Logs(reading, signerOf(log.key), parseOrigin(log.origin).deployment))
    const placed = await checkLeaves(sql, reader, log, findings)
    await checkBatches(sql, log, placed, findings)
    await checkProofs(reader, log, placed, findings)
    entries += placed.length
  }
  await checkBlobs(sql, findings)
  return entries
}

/** The reader only asks for the public key: nothing is signed here. */
function signerOf(key: VerifierKey): LogSigner {
  const refuse = () => Promise.reject(new Error('a check signs nothing'))
  const version = { publicKey: key.publicKey, retired: false, sign: refuse }
  return { keys: async () => [version], next: refuse, retire: refuse, check: refuse }
}

async function checkLeaves(
  sql: postgres.Sql,
  reader: LedgerReader,
  log: LogRow,
  findings: Findings,
): Promise<Placed[]> {
  const checkpoints = await rootsOf(sql, log, findings)
  const stored = await sql`
    SELECT leaf, leaf_hash, chain_hash FROM ledger_leaf WHERE log_id = ${log.logId} ORDER BY leaf_index`
  const placed: Placed[] = []
  const range = new CompactRange()
  let chain = genesisChain(log.logId)
  for (let page = await reader.page(log.tenantId, -1, PAGE); page.length > 0; ) {
    for (const { leafIndex, entryId, entry } of page) {
      const where = `${log.tenantId} entry ${entryId}`
      findings.expect(entry !== null, `${where} is not in the database`)
      if (entry === null) return placed
      findings.expect(leafIndex === placed.length, `${where} has leaf ${leafIndex}, ${placed.length} was next`)
      const hash = checkEntry(entry, stored[leafIndex], where, findings)
      range.append(hash)
      chain = nextChain(chain, hash)
      findings.expect(equalBytes(chain, stored[leafIndex]?.chain_hash ?? []), `${where}: the chain does not follow`)
      const root = checkpoints.get(range.size)
      if (root)
        findings.expect(equalBytes(root, range.root()), `${log.tenantId}: checkpoint ${range.size} has another root`)
      checkpoints.delete(range.size)
      placed.push({ index: leafIndex, envelope: entry.envelope, leafHash: hash })
    }
    page = await reader.page(log.tenantId, placed.length - 1, PAGE)
  }
  for (const size of checkpoints.keys())
    findings.expect(false, `${log.tenantId}: checkpoint ${size} is past the log's end`)
  const latest = await reader.latestCheckpoint(log.tenantId)
  findings.expect(latest?.treeSize === placed.length, `${log.tenantId}: not every leaf is under a checkpoint`)
  findings.expect(stored.length === placed.length, `${log.tenantId}: ${stored.length} leaves, ${placed.length} entries`)
  return placed
}

/** Roots by tree size, of notes whose signature holds. */
async function rootsOf(sql: postgres.Sql, log: LogRow, findings: Findings): Promise<Map<number, Uint8Array>> {
  const roots = new Map<number, Uint8Array>()
  const rows = await sql`
    SELECT tree_size::float8 AS tree_size, root_hash, note FROM ledger_checkpoint
    WHERE log_id = ${log.logId} ORDER BY tree_size`
  for (const row of rows) {
    const { checkpoint } = openCheckpoint(row.note, [log.key])
    const same = checkpoint.treeSize === row.tree_size && equalBytes(checkpoint.rootHash, row.root_hash)
    findings.expect(
      same && checkpoint.origin === log.origin,
      `${log.tenantId}: checkpoint ${row.tree_size} and its note differ`,
    )
    roots.set(checkpoint.treeSize, checkpoint.rootHash)
  }
  return roots
}

function checkEntry(
  { envelope, envelopeNonce, commitments }: StoredEntry,
  row: postgres.Row | undefined,
  where: string,
  findings: Findings,
): Buffer {
  findings.expect(
    holds(() => checkGroups({ envelope, envelopeNonce, commitments, openings: {} })),
    `${where}: commitments`,
  )
  const leaf = encodeLeaf(leafOf(envelope, commitments))
  const hash = leafHash(leaf)
  const stored = row !== undefined && equalBytes(leaf, row.leaf) && equalBytes(hash, row.leaf_hash)
  findings.expect(stored, `${where}: its leaf is another one`)
  return hash
}

/** Every entry is in exactly one batch of its epoch, numbered without a gap, under a signature that holds. */
async function checkBatches(
  sql: postgres.Sql,
  log: LogRow,
  placed: readonly Placed[],
  findings: Findings,
): Promise<void> {
  const rows = await sql<(Batch & postgres.Row)[]>`
    SELECT log_id, writer_epoch, batch_no::float8 AS batch_no, first_seq::float8 AS first_seq, entry_count,
           entries_digest, previous_batch_hash, signature
    FROM ledger_batch WHERE log_id = ${log.logId} ORDER BY writer_epoch, batch_no`
  const batches = Map.groupBy(rows, (batch) => batch.writer_epoch)
  const epochs = Map.groupBy(placed, ({ envelope }) => envelope.writer_epoch)
  for (const epoch of batches.keys()) findings.expect(epochs.has(epoch), `epoch ${epoch} has batches and no entries`)
  for (const [epoch, entries] of epochs) {
    const order = entries.map(({ envelope }) => Number(envelope.writer_seq))
    findings.expect(
      order.every((seq, index) => seq === index),
      `epoch ${epoch} is not numbered one by one`,
    )
    const first = entries[0]
    if (first)
      checkEpoch(
        log,
        first.envelope,
        batches.get(epoch) ?? [],
        entries.map((one) => one.leafHash),
        findings,
      )
  }
}

function checkEpoch(
  log: LogRow,
  opening: Envelope,
  batches: readonly Batch[],
  hashes: readonly Buffer[],
  findings: Findings,
): void {
  const epoch = verifyEpochOpening(opening, [log.key])
  let position = firstBatchPosition(epoch)
  for (const batch of batches) {
    const own = hashes.slice(batch.first_seq, batch.first_seq + batch.entry_count)
    const problem = verifyBatch(batch, own, position, epoch.key)
    findings.expect(problem === null, `batch ${batch.batch_no} of epoch ${opening.writer_epoch}: ${problem}`)
    position = nextBatchPosition(batch)
  }
  findings.expect(
    position.first_seq === hashes.length,
    `epoch ${opening.writer_epoch}: ${hashes.length} entries, ${position.first_seq} under a signature`,
  )
}

async function checkProofs(
  reader: LedgerReader,
  log: LogRow,
  placed: readonly Placed[],
  findings: Findings,
): Promise<void> {
  const step = Math.max(1, Math.floor(placed.length / PROOFS_PER_LOG))
  for (const { index, envelope, leafHash: hash } of placed.filter((_, at) => at % step === 0)) {
    const proof = await reader.proof(log.tenantId, envelope.id)
    const root = proof && openCheckpoint(proof.checkpoint.note, [log.key]).checkpoint.rootHash
    const proved = proof && root && verifyInclusion(index, proof.checkpoint.treeSize, hash, proof.path, root)
    findings.expect(proved === true, `${log.tenantId} entry ${envelope.id}: its inclusion proof does not hold`)
  }
}

/** The sealed blobs are the ones the envelopes name, and none is missing or too many. */
async function checkBlobs(sql: postgres.Sql, findings: Findings): Promise<void> {
  const rows = sql`
    SELECT e.id, c.entry_id, c.sealed_subject, c.sealed_prompt, c.sealed_response, c.coverage, e.subject_blob_digest,
           e.prompt_blob_digest, e.response_blob_digest, e.coverage_digest
    FROM ledger_entry e FULL JOIN content c ON c.entry_id = e.id`.cursor(PAGE)
  for await (const page of rows) {
    for (const row of page) {
      const pairs = [
        ['subject', row.sealed_subject, row.subject_blob_digest],
        ['prompt', row.sealed_prompt, row.prompt_blob_digest],
        ['response', row.sealed_response, row.response_blob_digest],
        ['coverage', row.coverage === null ? null : Buffer.from(row.coverage, 'utf8'), row.coverage_digest],
      ] as const
      for (const [name, blob, digest] of pairs) {
        const same = blob === null || digest === null ? blob === digest : equalBytes(sha256(blob), digest)
        findings.expect(row.id !== null && same, `entry ${row.id ?? row.entry_id}: ${name} and its digest do not agree`)
      }
    }
  }
}

function holds(check: () => unknown): boolean {
  try {
    check()
    return true
  } catch {
    // What exactly does not hold is told by the verifier; here it is one violation among others.
    return false
  }
}
