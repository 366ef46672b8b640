import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { openEpoch, type WriterEpoch } from '../../../src/adapters/postgres/ledger/epoch.ts'
import type { Log } from '../../../src/adapters/postgres/ledger/log.ts'
import { numberBatch } from '../../../src/adapters/postgres/ledger/number-batch.ts'
import { uuidv7 } from '../../../src/domain/ids/uuidv7.ts'
import { nextBatchPosition } from '../../../src/domain/ledger/batch.ts'
import { encodeCheckpoint } from '../../../src/domain/ledger/checkpoint.ts'
import { CompactRange } from '../../../src/domain/ledger/compact-range.ts'
import type { EntryDraft } from '../../../src/domain/ledger/entry-draft.ts'
import { encodeEvidence } from '../../../src/domain/ledger/entry-proof.ts'
import { leafHash } from '../../../src/domain/ledger/leaf.ts'
import { foldSubtrees, type NodeRef } from '../../../src/domain/ledger/merkle.ts'
import { signNote } from '../../../src/domain/ledger/note.ts'
import { logIdOf } from '../../../src/domain/ledger/origin.ts'
import { formatProof } from '../../../src/domain/ledger/proof-file.ts'
import { inclusionProof } from '../../../src/domain/ledger/prove.ts'
import { formatVkey, verifierKey } from '../../../src/domain/ledger/vkey.ts'
import type { StoredEntry } from '../../../src/ports/ledger-reader.ts'

/** A tenant's log as a gateway writes it, kept in memory: what proofs of its entries are made from. */
export class MemoryLedger {
  readonly key: string
  readonly #log: Log
  readonly #entries: StoredEntry[] = []
  readonly #hashes: Buffer[] = []
  readonly #index = new Map<string, number>()
  #epoch: WriterEpoch | null = null

  constructor(tenantId: string, deployment = 'test.local') {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const origin = `${deployment}/${tenantId}/g1`
    const own = verifierKey(origin, Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url'))
    this.key = formatVkey(own)
    this.#log = {
      tenantId,
      logId: logIdOf(origin),
      origin,
      generation: 1,
      key: own,
      keys: [own],
      sign: async (message) => sign(null, message, privateKey),
    }
  }

  async append(drafts: readonly EntryDraft[]): Promise<void> {
    this.#epoch ??= await openEpoch(this.#log, BigInt(Date.now()) * 1000n, uuidv7(Date.now(), randomBytes(10)))
    const batch = numberBatch(this.#epoch, drafts, 'test')
    this.#epoch.next = nextBatchPosition(batch.statement)
    this.#epoch.opening = null
    for (const [at, entry] of batch.entries.entries()) {
      this.#index.set(entry.envelope.id, this.#entries.length)
      this.#entries.push(entry)
      this.#hashes.push(leafHash(batch.leaves[at] as Buffer))
    }
  }

  entry(id: string): StoredEntry | undefined {
    return this.#entries[this.#index.get(id) ?? -1]
  }

  /** Under a tree head over all entries that are there. */
  async proof(id: string): Promise<string | undefined> {
    const index = this.#index.get(id)
    const entry = this.#entries[index ?? -1]
    if (index === undefined || entry === undefined) return undefined
    const size = this.#hashes.length
    const path = await inclusionProof(size, index, (node) => this.#node(node))
    return formatProof({
      extra: encodeEvidence({ ...entry, openings: {} }),
      index,
      path,
      checkpoint: await this.#head(),
    })
  }

  #node({ level, index }: NodeRef): Buffer {
    const [begin, end] = [index * 2 ** level, (index + 1) * 2 ** level]
    if (level === 0) return this.#hashes[begin] as Buffer
    const half = (begin + end) / 2
    const children = [begin, half].map((at) => this.#node({ level: level - 1, index: at / 2 ** (level - 1) }))
    return foldSubtrees(children)
  }

  #head(): Promise<string> {
    const tree = new CompactRange()
    for (const hash of this.#hashes) tree.append(hash)
    const { origin, key, sign } = this.#log
    const text = encodeCheckpoint({ origin, treeSize: tree.size, rootHash: tree.root() })
    return signNote(text, [{ name: key.name, keyId: key.keyId, sign }])
  }
}
