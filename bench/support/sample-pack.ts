import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { SampleCalls } from '../../drill/sample-ledger.ts'
import { ZipWriter } from '../../src/adapters/archive/zip/zip-writer.ts'
import { openEpoch } from '../../src/adapters/postgres/ledger/epoch.ts'
import type { Log } from '../../src/adapters/postgres/ledger/log.ts'
import { numberBatch } from '../../src/adapters/postgres/ledger/number-batch.ts'
import { MANIFEST_NAME, PACK_FORMAT } from '../../src/domain/evidence/format.ts'
import { encodeLine } from '../../src/domain/evidence/log-records.ts'
import { batchRecord, nextBatchPosition } from '../../src/domain/ledger/batch.ts'
import { genesisChain, nextChain } from '../../src/domain/ledger/chain.ts'
import { encodeCheckpoint } from '../../src/domain/ledger/checkpoint.ts'
import { CompactRange } from '../../src/domain/ledger/compact-range.ts'
import type { EntryDraft } from '../../src/domain/ledger/entry-draft.ts'
import { encodeEvidence } from '../../src/domain/ledger/entry-proof.ts'
import { leafHash } from '../../src/domain/ledger/leaf.ts'
import { signNote } from '../../src/domain/ledger/note.ts'
import { logIdOf } from '../../src/domain/ledger/origin.ts'
import { formatVkey, verifierKey } from '../../src/domain/ledger/vkey.ts'
import type { LogSigner } from '../../src/ports/log-signer.ts'

const BATCH = 50
const BATCHES_A_HEAD = 40

/**
 * Writes a pack of one log as the packer would, without a database: the same code numbers, signs and shows the entries,
 * 50 a batch and a checkpoint every 2000. `shown`: with entries and the openings of their content, or leaves alone.
 * Gives the verifier key.
 */
export async function writeSamplePack(
  file: string,
  options: { signer: LogSigner; entries: number; shown: boolean },
): Promise<string> {
  const log = await sampleLog(options.signer)
  const writer = new ZipWriter()
  async function* pack() {
    yield* writer.member('log-1.log', lines(log, options))
    const info = { origin: log.origin, file: 'log-1.log', edge: null, chain: null }
    const manifest = {
      format: PACK_FORMAT,
      made_at: Date.now() * 1000,
      made_by: 'bench',
      signers: log.keys.map(formatVkey),
      logs: [{ ...info, entries: options.shown ? 'all' : 'some', openings: [], beyond: [], faults: [] }],
      members: writer.members,
      not_proved: [],
    }
    yield* writer.member(MANIFEST_NAME, [Buffer.from(`${JSON.stringify(manifest)}\n`)])
    yield writer.end()
  }
  await pipeline(Readable.from(pack()), createWriteStream(file))
  return formatVkey(log.key)
}

async function sampleLog(signer: LogSigner): Promise<Log> {
  const [own] = await signer.keys('bench')
  if (own === undefined) throw new Error('the signer has no key')
  const origin = 'bench.local/bench/g1'
  const key = verifierKey(origin, own.publicKey)
  return {
    tenantId: 'bench',
    logId: logIdOf(origin),
    origin,
    generation: 1,
    key,
    keys: [key],
    sign: async (message) => own.sign(message),
  }
}

async function* lines(log: Log, { entries, shown }: { entries: number; shown: boolean }) {
  const epoch = await openEpoch(log, BigInt(Date.now()) * 1000n, '01930000-0000-7000-8000-000000000000')
  const tree = new CompactRange()
  let chain: Uint8Array = genesisChain(log.logId)
  for (let batchNo = 0; tree.size < entries; batchNo++) {
    const calls = new SampleCalls()
    const opening = epoch.opening
    const drafts: EntryDraft[] = Array.from({ length: opening ? BATCH - 1 : BATCH }, () => calls.next('bench'))
    const batch = numberBatch(epoch, drafts, 'bench')
    epoch.next = nextBatchPosition(batch.statement)
    epoch.opening = null
    const records: Buffer[] = []
    for (const [index, leaf] of batch.leaves.entries()) {
      const hash = leafHash(leaf)
      chain = nextChain(chain, hash)
      tree.append(hash)
      const entry = batch.entries[index]
      const id = batch.entryIds[index] ?? ''
      const isHead = index === batch.leaves.length - 1 && (batchNo % BATCHES_A_HEAD === 0 || tree.size >= entries)
      const line = {
        leafIndex: tree.size - 1,
        leaf,
        chainHash: chain,
        anchored: null,
        entry:
          entry && (shown || tree.size === 1)
            ? encodeEvidence({ ...entry, openings: calls.openings.get(id) ?? {} })
            : null,
        batches: index === 0 ? [batchRecord({ ...batch.statement, signature: batch.signature })] : [],
        heads: isHead ? [await head(log, tree)] : [],
        content: {},
        fault: null,
      }
      records.push(encodeLine(line))
    }
    yield Buffer.concat(records)
  }
}

function head(log: Log, tree: CompactRange): Promise<string> {
  const text = encodeCheckpoint({ origin: log.origin, treeSize: tree.size, rootHash: tree.root() })
  const { name, keyId } = log.key
  return signNote(text, [{ name, keyId, sign: (message) => log.sign(message) }])
}
