import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { insertBatches } from '../src/adapters/postgres/ledger/commit-batches.ts'
import { ENTRY_COLUMNS, entryOf } from '../src/adapters/postgres/ledger/entry-row.ts'
import { openEpoch, type WriterEpoch } from '../src/adapters/postgres/ledger/epoch.ts'
import { numberBatch } from '../src/adapters/postgres/ledger/number-batch.ts'
import { Sequencer } from '../src/adapters/postgres/ledger/sequencer.ts'
import { canonicalEnvelope } from '../src/domain/ledger/canonical.ts'
import { commit } from '../src/domain/ledger/commitment.ts'
import { rawPublicKey } from '../src/domain/ledger/ed25519.ts'
import { encodeLeaf, leafOf } from '../src/domain/ledger/leaf.ts'
import { verifierKey } from '../src/domain/ledger/vkey.ts'
import { deleteCheckpointsFrom, type NewLeaf, readLeaves, rewriteLeaves } from './rewrite.ts'
import { SampleCalls, type SampleLedger } from './sample-ledger.ts'
import { type Store, TABLES } from './store.ts'
import type { Attempt, Expected, Facts, Kind, LeafFact, Place } from './types.ts'

/** What somebody does who knows the formats, has every right in the database and no key. */
export function forgeries(ledger: SampleLedger, facts: Facts): Attempt[] {
  return [
    ...(['anchored', 'signed'] as const).flatMap((place) => rewritten(ledger, facts, place)),
    ...nobodys(ledger, facts),
    ...cutOff(facts),
  ]
}

/** The whole tail written anew, chain and subtrees with it; with the checkpoints left, or removed. */
function rewritten(ledger: SampleLedger, facts: Facts, place: Place): Attempt[] {
  const [from, to] = place === 'anchored' ? [0, facts.anchored] : [facts.anchored, facts.leaves.length]
  const batch = facts.batches.find(({ leaf, last, count }) => count > 2 && leaf > from && last < to - 3)
  if (batch === undefined) throw new Error('the ledger is too small')
  const at = facts.leaves.find(({ epoch, seq }) => epoch === batch.epoch && seq === batch.firstSeq + 1) as LeafFact
  const stranger = facts.leaves.find(
    ({ index, epoch }) => index > at.index && index < to && epoch !== at.epoch,
  ) as LeafFact
  const exact = (kind: Kind, index = at.index, entry: string | null = null): Expected => ({
    kinds: [kind],
    leaf: index,
    entry,
  })
  // Before it is anchored, only the batch or the checkpoint says that something in it is another.
  const range = (kinds: readonly Kind[], first: number): Expected => ({
    kinds,
    leaf: null,
    entry: null,
    within: [first, to],
  })
  const attempt = (what: string, edit: (leaves: NewLeaf[]) => Promise<NewLeaf[]> | NewLeaf[], expected: Expected) =>
    [false, true].map((removed) => ({
      what: `${what}, the tail rewritten${removed ? ', its checkpoints removed' : ''}`,
      place,
      tables: TABLES,
      async apply(store: Store) {
        const leaves = await edit(await readLeaves(store, facts.logId))
        await rewriteLeaves(store, facts.logId, leaves)
        if (removed) await deleteCheckpointsFrom(store, facts.logId, at.index)
      },
      expected,
    }))
  const replace = (leaves: NewLeaf[], index: number, one: NewLeaf) =>
    leaves.map((leaf, i) => (i === index ? one : leaf))
  return [
    ...attempt(
      "an entry's cost changed, with new nonce, commitment and leaf",
      async (leaves) => replace(leaves, at.index, await recommitted(ledger, at)),
      place === 'anchored' ? exact('changed', at.index, at.id) : range(['changed'], batch.leaf),
    ),
    ...attempt(
      'an entry taken out',
      (leaves) => leaves.filter((_, i) => i !== at.index),
      exact('removed', at.index + 0),
    ),
    ...attempt(
      "a forged entry put in, under a key of the forger's own",
      async (leaves) => [...leaves.slice(0, at.index), await forged(ledger, facts, 'own'), ...leaves.slice(at.index)],
      exact('inserted'),
    ),
    ...attempt(
      'a copy of another entry put in',
      (leaves) => [...leaves.slice(0, at.index), leaves[batch.leaf] as NewLeaf, ...leaves.slice(at.index)],
      exact('inserted'),
    ),
    ...attempt(
      'two entries of one writer exchanged',
      (leaves) => {
        const next = facts.leaves.find(({ epoch, seq }) => epoch === at.epoch && seq === at.seq + 1) as LeafFact
        return replace(
          replace(leaves, at.index, leaves[next.index] as NewLeaf),
          next.index,
          leaves[at.index] as NewLeaf,
        )
      },
      exact('moved'),
    ),
    ...attempt(
      'two entries of two writers exchanged',
      (leaves) => exchangeWriters(leaves, at.index, stranger.index),
      place === 'anchored' ? exact('moved') : range(['moved', 'changed', 'removed'], from),
    ),
  ]
}

/** Moves one leaf behind a leaf of another writer, where no number of either writer changes its order. */
function exchangeWriters(leaves: NewLeaf[], index: number, other: number): NewLeaf[] {
  const before = leaves.slice(0, index)
  const own = leaves.slice(index, other)
  return [...before, leaves[other] as NewLeaf, ...own, ...leaves.slice(other + 1)]
}

/** The entry with another cost, committed to anew: everything but the signatures. */
async function recommitted(ledger: SampleLedger, { id }: LeafFact): Promise<NewLeaf> {
  const { sql } = ledger
  const [row] = await sql`SELECT ${sql.unsafe(ENTRY_COLUMNS)} FROM ledger_entry e WHERE e.id = ${id}`
  const { envelope, commitments } = entryOf(row as Record<string, unknown>)
  const changed = { ...envelope, cost_usd: '0.0000000001' }
  const nonce = randomBytes(32)
  const own = commit('envelope', nonce, id, canonicalEnvelope(changed))
  const set = `cost_usd = 0.0000000001, envelope_nonce = '\\x${nonce.toString('hex')}', envelope_commitment = '\\x${own.toString('hex')}'`
  return { id, leaf: encodeLeaf(leafOf(changed, { ...commitments, envelope: own })), set }
}

/** An entry that no writer made: in an epoch of the forger's own, or in the name of a writer whose key the forger lacks. */
async function forged(ledger: SampleLedger, facts: Facts, epoch: 'own' | 'stolen name'): Promise<NewLeaf> {
  const log = await ledger.logs.of(facts.tenant)
  const { privateKey } = generateKeyPairSync('ed25519')
  const writer = epoch === 'own' ? await ownEpoch(ledger, facts, privateKey) : lastWriter(facts, log, privateKey)
  const batch = numberBatch(writer, epoch === 'own' ? [] : [new SampleCalls().next(facts.tenant)], 'drill')
  await ledger.sql.begin(async (transaction) => {
    await insertBatches(transaction, [batch])
  })
  return { id: batch.entryIds[0] as string, leaf: batch.leaves[0] as Buffer }
}

/** An epoch that a key signed which is not the log's. */
async function ownEpoch(ledger: SampleLedger, facts: Facts, privateKey: KeyObject): Promise<WriterEpoch> {
  const log = await ledger.logs.of(facts.tenant)
  const key = verifierKey(log.origin, rawPublicKey(privateKey))
  const own = async (message: Uint8Array) => sign(null, message, privateKey)
  const forger = { ...log, key, keys: [key], sign: own, signBeside: async () => null }
  return openEpoch(forger, BigInt(Date.now()) * 1000n, new SampleCalls().next(facts.tenant).envelope.id)
}

/** Behind the last batch of a writer, signed with another key. */
function lastWriter(facts: Facts, log: WriterEpoch['log'], privateKey: KeyObject): WriterEpoch {
  const last = facts.batches.at(-1) as Facts['batches'][number]
  const next = {
    log_id: log.logId,
    writer_epoch: last.epoch,
    // Far enough behind what waits.
    batch_no: last.no + 50,
    first_seq: last.firstSeq + last.count + 5000,
    previous_batch_hash: randomBytes(32),
  }
  return { log, id: last.epoch, privateKey, opening: null, next }
}

/** Entries with everything but a writer's key, given to the sequencer or put into the log at once. */
function nobodys(ledger: SampleLedger, facts: Facts): Attempt[] {
  const names = { own: "under a key of the forger's own", 'stolen name': 'in the name of a writer' } as const
  return (['own', 'stolen name'] as const).flatMap((epoch) => {
    const inserted: Expected = { kinds: ['inserted'], leaf: null, entry: null }
    return [
      {
        what: `a forged entry ${names[epoch]}, left for the sequencer`,
        place: 'waiting' as const,
        tables: TABLES,
        async apply() {
          await forged(ledger, facts, epoch)
          const { sql, logs, anchors } = ledger
          await new Sequencer({ sql, logs, anchored: anchors, onRefused: () => undefined }).round()
        },
        expected: inserted,
      },
      {
        what: `a forged entry ${names[epoch]}, put behind the last leaf`,
        place: 'signed' as const,
        tables: TABLES,
        async apply(store: Store) {
          const one = await forged(ledger, facts, epoch)
          await store.remove('ledger_pending', { entry_id: one.id })
          await rewriteLeaves(store, facts.logId, [...(await readLeaves(store, facts.logId)), one])
        },
        expected: { kinds: ['inserted', 'removed'], leaf: facts.leaves.length, entry: null },
      },
    ] satisfies Attempt[]
  })
}

/** The end of the log removed with everything that knows of it. */
function cutOff(facts: Facts): Attempt[] {
  const cut = (place: Place, size: number): Attempt => ({
    what: 'the end cut off: entries, content, leaves, batches, checkpoints, and all that waits',
    place,
    tables: TABLES,
    async apply(store) {
      const { sql } = store
      const log = facts.logId
      const ids = facts.leaves.slice(size).map(({ id }) => id)
      await sql`DELETE FROM ledger_leaf WHERE log_id = ${log} AND leaf_index >= ${size}`
      await sql`DELETE FROM ledger_checkpoint WHERE log_id = ${log} AND tree_size > ${size}`
      await sql`DELETE FROM ledger_subtree WHERE log_id = ${log} AND (subtree_index + 1) * 256 > ${size}`
      await sql`DELETE FROM ledger_pending WHERE log_id = ${log}`
      await sql`DELETE FROM ledger_entry WHERE id = ANY(${[...ids, ...facts.waiting]}::uuid[])`
      await sql`DELETE FROM content WHERE entry_id = ANY(${[...ids, ...facts.waiting]}::uuid[])`
      await sql`
        DELETE FROM ledger_batch b WHERE b.log_id = ${log} AND NOT EXISTS (
          SELECT FROM ledger_entry e WHERE e.writer_epoch = b.writer_epoch AND e.writer_seq = b.first_seq)`
    },
    expected: { kinds: ['removed'], leaf: size, entry: null },
    ...(place === 'signed' && {
      blind:
        'nothing outside the database has seen it yet; a gateway that still runs refuses to go on, because it remembers',
    }),
  })
  const before = (end: number) => facts.sizes.filter((size) => size < end).at(-1) as number
  return [cut('anchored', before(facts.anchored)), cut('signed', before(facts.leaves.length))]
}
