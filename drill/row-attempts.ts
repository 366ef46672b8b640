import { otherValue, type Store, type Table } from './store.ts'
import type { Attempt, Expected, Facts, Kind, LeafFact, Place } from './types.ts'

interface Target {
  place: Place
  leaf: LeafFact
}

const NEVER_SHOWN: Record<string, string> = {
  'ledger_checkpoint.signed_at': 'the database alone says when a checkpoint was signed; nothing is concluded from it',
  'ledger_log.created_at': 'the database alone says when a log was made; nothing is concluded from it',
}
const COVERED = 'a later checkpoint covers the same leaves: nothing is lost with it'
const COLUMN_KINDS: readonly Kind[] = ['changed', 'removed', 'inserted']

/** Every single-row change, removal, insertion and swap of every kind of row, and every table emptied. */
export async function rowAttempts(store: Store, facts: Facts): Promise<Attempt[]> {
  const targets = targetsOf(facts)
  return [
    ...targets.flatMap((target) => entryAttempts(store, target)),
    ...targets.flatMap((target) => contentAttempts(store, target)),
    ...targets.flatMap((target) => leafAttempts(store, facts, target)),
    ...batchAttempts(store, facts),
    ...(await checkpointAttempts(store, facts)),
    ...subtreeAttempts(store, facts),
    ...logAttempts(store, facts),
    ...waitingAttempts(store, facts),
    ...truncations(facts),
  ]
}

/** One leaf that is anchored and one that is only signed, each in the middle of a batch where there is one. */
function targetsOf({ leaves, anchored, batches }: Facts): Target[] {
  const middle = (from: number, to: number): LeafFact => {
    const batch = batches.find(({ leaf, last, count }) => count > 2 && leaf > from + 2 && last < to - 2)
    const wanted = batch && leaves.find(({ epoch, seq }) => epoch === batch.epoch && seq === batch.firstSeq + 1)
    return wanted ?? (leaves[Math.floor((from + to) / 2)] as LeafFact)
  }
  return [
    { place: 'anchored', leaf: middle(0, anchored) },
    { place: 'signed', leaf: middle(anchored, leaves.length) },
  ]
}

function columnsOf(store: Store, table: Table): readonly { name: string; type: string }[] {
  return store.shape(table).columns
}

function entryAttempts(store: Store, { place, leaf }: Target): Attempt[] {
  const key = { id: leaf.id }
  const expected = (kinds: Kind[]): Expected => ({ kinds, leaf: leaf.index, entry: leaf.id })
  const base = { place, tables: ['ledger_entry'] as const }
  return [
    ...columnsOf(store, 'ledger_entry').map(({ name, type }) => ({
      ...base,
      what: `ledger_entry.${name} changed`,
      apply: () => store.change('ledger_entry', key, name, otherValue(name, type)),
      expected: expected(['changed']),
    })),
    {
      ...base,
      what: 'ledger_entry row removed',
      apply: () => store.remove('ledger_entry', key),
      expected: expected(['removed']),
    },
    {
      ...base,
      what: 'ledger_entry row inserted: a copy with another id',
      apply: () => store.copy('ledger_entry', key, { id: otherValue('id', 'uuid') }),
      expected: {
        kinds: ['inserted'],
        leaf: null,
        entry: `${leaf.id.slice(0, -1)}${leaf.id.endsWith('a') ? 'b' : 'a'}`,
      },
    },
  ]
}

function contentAttempts(store: Store, { place, leaf }: Target): Attempt[] {
  const key = { entry_id: leaf.id }
  const expected = (kinds: readonly Kind[]): Expected => ({ kinds, leaf: leaf.index, entry: leaf.id })
  const base = { place, tables: ['content'] as const }
  return [
    ...columnsOf(store, 'content').map(({ name, type }) => ({
      ...base,
      what: `content.${name} changed`,
      apply: () => store.change('content', key, name, otherValue(name, type)),
      expected: expected(name === 'entry_id' ? ['removed'] : ['changed']),
    })),
    {
      ...base,
      what: 'content row removed',
      apply: () => store.remove('content', key),
      expected: expected(['removed']),
    },
    {
      ...base,
      what: 'content row inserted for an entry that does not exist',
      apply: () => store.copy('content', key, { entry_id: otherValue('entry_id', 'uuid') }),
      expected: { kinds: ['inserted'], leaf: null, entry: null },
    },
  ]
}

function leafAttempts(store: Store, facts: Facts, { place, leaf }: Target): Attempt[] {
  const key = { log_id: facts.logId, leaf_index: leaf.index }
  const end = facts.leaves.length
  const base = { place, tables: ['ledger_leaf'] as const }
  const expected = (kinds: readonly Kind[], index = leaf.index, entry: string | null = leaf.id): Expected => ({
    kinds,
    leaf: index,
    entry,
  })
  const other = otherLeaf(facts, leaf, (one) => one.epoch === leaf.epoch)
  const stranger = otherLeaf(facts, leaf, (one) => one.epoch !== leaf.epoch)
  const swap = (to: LeafFact, what: string): Attempt => ({
    ...base,
    what,
    apply: () => store.swap('ledger_leaf', key, { log_id: facts.logId, leaf_index: to.index }),
    expected: { kinds: ['moved'], leaf: Math.min(leaf.index, to.index), entry: null },
  })
  return [
    ...columnsOf(store, 'ledger_leaf').map(({ name, type }) => ({
      ...base,
      what: `ledger_leaf.${name} changed`,
      apply: () =>
        store.change('ledger_leaf', key, name, name === 'leaf_index' ? String(end + 5) : otherValue(name, type)),
      expected:
        name === 'leaf_index' || name === 'log_id' ? expected(['removed'], leaf.index, null) : expected(['changed']),
    })),
    {
      ...base,
      what: 'ledger_leaf row removed',
      apply: () => store.remove('ledger_leaf', key),
      expected: expected(['removed'], leaf.index, null),
    },
    {
      ...base,
      what: 'ledger_leaf row inserted at the end: a copy for another entry',
      apply: () => store.copy('ledger_leaf', key, { leaf_index: String(end), entry_id: 'gen_random_uuid()' }),
      expected: { kinds: ['inserted', 'changed'], leaf: end, entry: null },
    },
    swap(other, 'two ledger_leaf rows of one writer swapped'),
    swap(stranger, 'two ledger_leaf rows of two writers swapped'),
    {
      ...base,
      what: 'two ledger_entry rows swapped',
      tables: ['ledger_entry'],
      apply: () => store.swap('ledger_entry', { id: leaf.id }, { id: other.id }),
      expected: { kinds: ['moved'], leaf: Math.min(leaf.index, other.index), entry: null },
    },
    {
      ...base,
      what: 'two content rows swapped',
      tables: ['content'],
      apply: () => store.swap('content', { entry_id: leaf.id }, { entry_id: other.id }),
      expected: { kinds: ['changed', 'moved'], leaf: Math.min(leaf.index, other.index), entry: null },
    },
  ]
}

/** Another leaf in the same part of the log, no opening of a writer. */
function otherLeaf({ leaves, anchored }: Facts, leaf: LeafFact, fits: (one: LeafFact) => boolean): LeafFact {
  const samePart = (one: LeafFact) => one.index < anchored === leaf.index < anchored
  const found = leaves.find((one) => one.index > leaf.index && one.seq > 0 && samePart(one) && fits(one))
  return (
    found ?? (leaves.findLast((one) => one.index < leaf.index && one.seq > 0 && samePart(one) && fits(one)) as LeafFact)
  )
}

function batchAttempts(store: Store, facts: Facts): Attempt[] {
  const inPart = (from: number, to: number) => facts.batches.filter(({ leaf }) => leaf >= from && leaf < to)
  const parts: [Place, Facts['batches']][] = [
    ['anchored', inPart(0, facts.anchored)],
    ['signed', inPart(facts.anchored, facts.leaves.length)],
  ]
  return parts.flatMap(([place, batches]) => {
    const batch = batches[Math.floor(batches.length / 2)] as Facts['batches'][number]
    const later = facts.batches.find(({ epoch, no }) => epoch === batch.epoch && no > batch.no) ?? batch
    const key = { writer_epoch: batch.epoch, batch_no: batch.no }
    const end = facts.batches.filter(({ epoch }) => epoch === batch.epoch).at(-1) as Facts['batches'][number]
    const base = { place, tables: ['ledger_batch'] as const }
    const expected: Expected = { kinds: COLUMN_KINDS, leaf: batch.leaf, entry: null }
    return [
      ...columnsOf(store, 'ledger_batch').map(({ name, type }) => ({
        ...base,
        what: `ledger_batch.${name} changed`,
        apply: () =>
          store.change(
            'ledger_batch',
            key,
            name,
            ['batch_no', 'first_seq'].includes(name) ? `${name} + 100000` : otherValue(name, type),
          ),
        expected,
      })),
      {
        ...base,
        what: 'ledger_batch row removed',
        apply: () => store.remove('ledger_batch', key),
        expected: { ...expected, kinds: ['removed'] },
      },
      {
        ...base,
        what: 'ledger_batch row inserted behind the last one of a writer',
        apply: () =>
          store.copy('ledger_batch', key, {
            batch_no: String(end.no + 200),
            first_seq: String(end.firstSeq + 100_000),
          }),
        expected: { kinds: ['inserted'], leaf: null, entry: null },
      },
      {
        ...base,
        what: 'two ledger_batch rows of a writer swapped',
        apply: () =>
          store.sql
            .begin(async (transaction) => {
              const step = (from: number, to: number) =>
                transaction`UPDATE ledger_batch SET batch_no = ${to} WHERE writer_epoch = ${batch.epoch} AND batch_no = ${from}`
              await step(batch.no, 900_000)
              await step(later.no, batch.no)
              await step(900_000, later.no)
            })
            .then(() => undefined),
        expected: { ...expected, kinds: ['moved', 'changed', 'removed'] },
      },
    ]
  })
}

async function checkpointAttempts(store: Store, facts: Facts): Promise<Attempt[]> {
  const last = facts.sizes.at(-1) as number
  const anchored = facts.sizes.filter((size) => size <= facts.anchored).at(-1) as number
  const plain = facts.sizes.find((size) => size > facts.anchored && size < last)
  const rows: [Place, string, number][] = [
    ['anchored', 'an anchored', anchored],
    ['signed', 'the last', last],
    ...(plain === undefined ? [] : [['signed', 'an earlier, not anchored', plain] as [Place, string, number]]),
  ]
  return rows.flatMap(([place, name, size]) => {
    const key = { log_id: facts.logId, tree_size: size }
    const base = { place, tables: ['ledger_checkpoint'] as const }
    const at = (kinds: readonly Kind[]): Expected => ({ kinds, leaf: null, entry: null, within: [0, size] })
    const gone = size === plain ? { blind: COVERED } : {}
    return [
      ...columnsOf(store, 'ledger_checkpoint').map((column) => {
        const blind = NEVER_SHOWN[`ledger_checkpoint.${column.name}`]
        return {
          ...base,
          what: `ledger_checkpoint.${column.name} of ${name} one changed`,
          apply: () => store.change('ledger_checkpoint', key, column.name, otherValue(column.name, column.type)),
          expected: at(COLUMN_KINDS),
          ...(blind && { blind }),
          ...(column.name === 'log_id' && gone),
        }
      }),
      {
        ...base,
        what: `ledger_checkpoint row removed, ${name} one`,
        apply: () => store.remove('ledger_checkpoint', key),
        expected: at(['removed']),
        ...gone,
      },
      {
        ...base,
        what: `ledger_checkpoint row inserted: a copy of ${name} one for another size`,
        apply: () => store.copy('ledger_checkpoint', key, { tree_size: String(size + 1) }),
        expected: { kinds: ['changed', 'inserted'], leaf: null, entry: null },
      },
    ]
  })
}

function subtreeAttempts(store: Store, facts: Facts): Attempt[] {
  if (facts.leaves.length < 256) return []
  const key = { log_id: facts.logId, level: 8, subtree_index: 0 }
  const place: Place = facts.anchored > 255 ? 'anchored' : 'signed'
  const base = { place, tables: ['ledger_subtree'] as const }
  const at255: Expected = { kinds: ['changed', 'removed'], leaf: 255, entry: null }
  return [
    ...columnsOf(store, 'ledger_subtree').map(({ name, type }) => ({
      ...base,
      what: `ledger_subtree.${name} changed`,
      apply: () =>
        store.change(
          'ledger_subtree',
          key,
          name,
          name === 'level' ? '16' : name === 'subtree_index' ? '77' : otherValue(name, type),
        ),
      expected: at255,
    })),
    { ...base, what: 'ledger_subtree row removed', apply: () => store.remove('ledger_subtree', key), expected: at255 },
    {
      ...base,
      what: 'ledger_subtree row inserted',
      apply: () => store.copy('ledger_subtree', key, { level: '16' }),
      expected: { kinds: ['inserted'], leaf: null, entry: null },
    },
  ]
}

function logAttempts(store: Store, facts: Facts): Attempt[] {
  const key = { log_id: facts.logId }
  const base = { place: 'anchored' as const, tables: ['ledger_log'] as const }
  const any: Expected = { kinds: COLUMN_KINDS, leaf: null, entry: null }
  return [
    ...columnsOf(store, 'ledger_log').map(({ name, type }) => {
      const blind = NEVER_SHOWN[`ledger_log.${name}`]
      return {
        ...base,
        what: `ledger_log.${name} changed`,
        apply: () => store.change('ledger_log', key, name, otherValue(name, type)),
        expected: any,
        ...(blind && { blind }),
      }
    }),
    { ...base, what: 'ledger_log row removed', apply: () => store.remove('ledger_log', key), expected: any },
    {
      ...base,
      what: 'ledger_log row inserted: a generation that nobody opened',
      apply: () =>
        store.copy('ledger_log', key, {
          log_id: `sha256(convert_to(replace(origin, '/g1', '/g2'), 'UTF8'))`,
          generation: '2',
          origin: `replace(origin, '/g1', '/g2')`,
        }),
      expected: any,
    },
  ]
}

function waitingAttempts(store: Store, facts: Facts): Attempt[] {
  const id = facts.waiting[Math.floor(facts.waiting.length / 2)]
  if (id === undefined) return []
  const expected = (kinds: readonly Kind[]): Expected => ({ kinds, leaf: null, entry: id })
  const entry = { place: 'waiting' as const, tables: ['ledger_entry'] as const }
  const pending = { place: 'waiting' as const, tables: ['ledger_pending'] as const }
  const unbound = new Set(['id', 'entry_id', 'tenant_id', 'log_id', 'writer_epoch', 'writer_seq'])
  return [
    ...columnsOf(store, 'ledger_entry').map(({ name, type }) => ({
      ...entry,
      what: `ledger_entry.${name} changed before it has a leaf`,
      apply: () => store.change('ledger_entry', { id }, name, otherValue(name, type)),
      expected: unbound.has(name) ? { ...expected(COLUMN_KINDS), entry: null } : expected(['changed']),
    })),
    {
      ...entry,
      what: 'ledger_entry row removed before it has a leaf',
      apply: () => store.remove('ledger_entry', { id }),
      expected: expected(['removed']),
    },
    {
      ...entry,
      what: 'ledger_entry and ledger_pending rows inserted: a copy that waits for a leaf',
      tables: ['ledger_entry', 'ledger_pending'],
      apply: async () => {
        await store.copy('ledger_entry', { id }, { id: otherValue('id', 'uuid') })
        await store.copy('ledger_pending', { entry_id: id }, { entry_id: otherValue('entry_id', 'uuid') })
      },
      expected: { kinds: ['inserted', 'changed'], leaf: null, entry: null },
    },
    ...columnsOf(store, 'ledger_pending').map(({ name, type }) => ({
      ...pending,
      what: `ledger_pending.${name} changed`,
      apply: () => store.change('ledger_pending', { entry_id: id }, name, otherValue(name, type)),
      expected: unbound.has(name) ? { ...expected(COLUMN_KINDS), entry: null } : expected(['changed']),
    })),
    {
      ...pending,
      what: 'ledger_pending row removed: the entry would never get a leaf',
      apply: () => store.remove('ledger_pending', { entry_id: id }),
      expected: expected(['removed']),
    },
  ]
}

function truncations({ leaves }: Facts): Attempt[] {
  const tables: Table[] = [
    'ledger_entry',
    'ledger_leaf',
    'ledger_batch',
    'ledger_checkpoint',
    'ledger_subtree',
    'ledger_log',
    'content',
  ]
  return tables.map((table) => ({
    what: `${table} emptied`,
    place: 'anchored' as const,
    tables: [table],
    apply: async (store: Store) => {
      await store.sql.unsafe(`DELETE FROM public.${table}`)
    },
    expected: {
      kinds: ['removed', 'changed', 'inserted'] as const,
      leaf: null,
      entry: null,
      within: [0, leaves.length] as const,
    },
  }))
}
