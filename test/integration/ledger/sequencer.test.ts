import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { genesisChain, nextChain } from '../../../src/domain/ledger/chain.ts'
import { parseCheckpoint } from '../../../src/domain/ledger/checkpoint.ts'
import { CompactRange } from '../../../src/domain/ledger/compact-range.ts'
import { leafHash } from '../../../src/domain/ledger/leaf.ts'
import { parseNote } from '../../../src/domain/ledger/note.ts'
import { openTestLedger, type TestLedger } from './support.ts'

const PROGRAM = fileURLToPath(new URL('./sequencer-process.ts', import.meta.url))

describe('sequencers', () => {
  let test: TestLedger
  let admin: postgres.Sql
  const children = new Set<ChildProcess>()

  beforeEach(async () => {
    test = await openTestLedger()
    admin = postgres(test.databases.admin, { max: 1, onnotice: () => undefined })
  })

  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL')
    children.clear()
    await admin.end()
    await test.remove()
  })

  const start = async () => {
    const child = spawn(process.execPath, [PROGRAM, test.databases.app, test.folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.add(child)
    await new Promise((resolve) => child.stdout?.once('data', resolve))
    return child
  }

  const append = async (count: number, writers = 3) => {
    const open = Array.from({ length: writers }, () => test.ledger.openWriter())
    const ids: string[] = []
    for (let made = 0; made < count; made += 10) {
      const drafts = Array.from({ length: 10 }, () => test.calls.next('acme'))
      await Promise.all(drafts.map((draft, i) => open[i % writers]?.append(draft)))
      ids.push(...drafts.map(({ envelope }) => envelope.id))
    }
    await Promise.all(open.map((writer) => writer.close()))
    return ids
  }

  /** Everything that holds of a log, whatever happened to those who wrote it. */
  const expectSound = async (ids: readonly string[]) => {
    await test.ledger.sequence()
    const { logId } = await test.ledger.logs.of('acme')
    const rows = await admin`SELECT leaf_index::int, entry_id, leaf, chain_hash FROM ledger_leaf ORDER BY leaf_index`
    const tree = new CompactRange()
    const roots = new Map<number, string>()
    let chain = genesisChain(logId)
    for (const [index, row] of rows.entries()) {
      expect(row.leaf_index).toBe(index)
      chain = nextChain(chain, leafHash(row.leaf))
      expect(chain.equals(row.chain_hash)).toBe(true)
      tree.append(leafHash(row.leaf))
      roots.set(tree.size, tree.root().toString('hex'))
    }
    for (const { note } of await admin`SELECT note FROM ledger_checkpoint`) {
      const { treeSize, rootHash } = parseCheckpoint(parseNote(note).text)
      expect(Buffer.from(rootHash).toString('hex')).toBe(roots.get(treeSize))
    }
    const placed = rows.map((row) => row.entry_id)
    expect(new Set(placed).size).toBe(placed.length)
    expect(placed).toEqual(expect.arrayContaining([...ids]))
    const [left] = await admin`SELECT count(*)::int AS rows FROM ledger_pending`
    expect(left?.rows).toBe(0)
  }

  it('lose and double nothing when two fight for the log', async () => {
    await Promise.all([start(), start()])
    await expectSound(await append(600))
  }, 240_000)

  it('lose and double nothing when they are killed again and again', async () => {
    let going = true
    const killing = (async () => {
      for (let kills = 0; kills < 12 && going; kills++) {
        const child = await start()
        await new Promise((resolve) => setTimeout(resolve, 20 + kills * 15))
        child.kill('SIGKILL')
        children.delete(child)
      }
    })()
    const ids = await append(400)
    await killing
    going = false
    await expectSound(ids)
  }, 240_000)

  it('give no leaf to what no writer signed, and all others theirs', async () => {
    const [id = ''] = await append(10)
    await test.ledger.sequence()
    await admin`
      INSERT INTO ledger_pending SELECT gen_random_uuid(), log_id, gen_random_uuid(), 0, leaf FROM ledger_leaf
      WHERE entry_id = ${id}`
    const more = await append(10)
    await test.ledger.sequence()
    const placed = await admin`SELECT entry_id FROM ledger_leaf WHERE entry_id = ANY(${more}::uuid[])`
    expect(placed).toHaveLength(10)
    const [left] = await admin`SELECT count(*)::int AS rows FROM ledger_pending`
    expect(left?.rows).toBe(1)
  })
})
