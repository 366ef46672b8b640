import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Outcome } from '../../../drill/run.ts'
import { Store, TABLES } from '../../../drill/store.ts'
import { summarise } from '../../../drill/table.ts'
import { tryAll } from '../../../drill/try-all.ts'
import { verifyPath } from '../../../verify/verify.mjs'
import { openTestLedger, type TestLedger } from './support.ts'

/** What the design cannot see, and says so; all other attempts are detected. */
const CANNOT_BE_SEEN = [
  'ledger_checkpoint.signed_at of an anchored one changed',
  'ledger_checkpoint.signed_at of the last one changed',
  'ledger_checkpoint.log_id of an earlier, not anchored one changed',
  'ledger_checkpoint.signed_at of an earlier, not anchored one changed',
  'ledger_checkpoint row removed, an earlier, not anchored one',
  'ledger_log.created_at changed',
  'the end cut off: entries, content, leaves, batches, checkpoints, and all that waits',
]

/** `npm run drill`, over a small ledger. */
describe('whoever has every right in the database and no key', () => {
  let test: TestLedger
  let store: Store
  let outcomes: Outcome[]

  beforeAll(async () => {
    test = await openTestLedger()
    store = new Store(test.databases.admin)
    outcomes = await tryAll({ ledger: test.ledger, store, folder: test.folder, tenant: 'acme', entries: 400 })
  }, 900_000)

  afterAll(async () => {
    await store.close()
    await test.remove()
  })

  it('can try a change of each column, a removal and an insertion of each kind of row, swaps and emptied tables', () => {
    const tried = outcomes.map(({ attempt }) => attempt.what)
    for (const table of TABLES) {
      for (const { name } of store.shape(table).columns) {
        expect(tried.filter((what) => what.startsWith(`${table}.${name} `))).not.toEqual([])
      }
      for (const what of ['row removed', 'inserted']) {
        expect(tried.some((one) => one.includes(table) && one.includes(what))).toBe(true)
      }
    }
    for (const table of ['ledger_entry', 'ledger_leaf', 'ledger_batch', 'content']) {
      expect(tried.some((what) => what.includes(`two ${table} rows`))).toBe(true)
      expect(tried).toContain(`${table} emptied`)
    }
    expect(tried.filter((what) => what.includes('the tail rewritten'))).toHaveLength(24)
    expect(outcomes.filter(({ said }) => said.startsWith('could not be tried'))).toEqual([])
  })

  it('is detected in all of it but what the design says that it cannot see', () => {
    const seen = outcomes.filter(({ detected }) => !detected).map(({ attempt }) => attempt.what)
    expect(seen.sort()).toEqual(CANNOT_BE_SEEN.toSorted())
  })

  it('has each change named: what it was, and where, or the range that a batch or checkpoint narrows it to', () => {
    const wrong = outcomes.filter(({ detected, named }) => detected && (named === 'wrong' || named === 'none'))
    expect(wrong.map(({ attempt, said }) => [attempt.what, attempt.place, said])).toEqual([])
    expect(summarise(outcomes).holds).toBe(true)
  })

  it('leaves a ledger that holds once everything is put back', async () => {
    const file = `${test.folder}/after.zip`
    await test.ledger.packTo(file, 'acme', { wholeStore: true })
    const trust = await test.ledger.trusted('acme')
    expect(await verifyPath(file, { trust, anchors: test.ledger.anchorFolder })).toMatchObject({
      exit: 0,
      problems: [],
    })
  })
})
