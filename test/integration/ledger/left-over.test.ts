import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readFacts } from '../../../drill/facts.ts'
import { makeLedger } from '../../../drill/make-ledger.ts'
import { otherValue, Store } from '../../../drill/store.ts'
import { verifyPath } from '../../../verify/verify.mjs'
import { openTestLedger, type TestLedger } from './support.ts'

describe('a copy of an entry that waits for its leaf, under another id', () => {
  let test: TestLedger
  let store: Store
  let original: string

  beforeAll(async () => {
    test = await openTestLedger()
    store = new Store(test.databases.admin)
    await makeLedger(test.ledger, 'acme', { entries: 80 })
    await store.keep()
    original = (await readFacts(store, test.ledger, 'acme')).waiting[0] ?? ''
  }, 120_000)
  afterEach(() => store.restore())
  afterAll(async () => {
    await store.close()
    await test.remove()
  })

  it.each(['behind', 'before'] as const)('is named where it is stored %s the one it copies', async (place) => {
    await store.copy('ledger_entry', { id: original }, { id: otherValue('id', 'uuid') })
    await store.copy('ledger_pending', { entry_id: original }, { entry_id: otherValue('entry_id', 'uuid') })
    if (place === 'before') {
      await store.remove('ledger_entry', { id: original })
      await store.remove('ledger_pending', { entry_id: original })
      await store.copy('ledger_entry', { id: original }, {})
      await store.copy('ledger_pending', { entry_id: original }, {})
    }
    const file = `${test.folder}/copied.zip`
    await test.ledger.packTo(file, 'acme', { wholeStore: true })
    const trust = await test.ledger.trusted('acme')
    const { exit, problems } = await verifyPath(file, { trust, anchors: test.ledger.anchorFolder })
    expect(exit).toBe(1)
    const forged = `${original.slice(0, -1)}${original.endsWith('a') ? 'b' : 'a'}`
    expect(problems).toMatchObject([{ entry: forged, what: expect.stringContaining('is not what its writer signed') }])
  })
})
