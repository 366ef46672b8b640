import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LedgerWatch } from '../../../activities/ledger/ledger-watch.ts'
import { DEPLOYMENT } from '../../../drill/sample-ledger.ts'
import { openTestLedger, type TestLedger } from './support.ts'

describe('how long leaves wait for their anchor', () => {
  let test: TestLedger
  let now = 1_000_000
  beforeAll(async () => {
    test = await openTestLedger()
  })
  afterAll(() => test.remove())

  it('is counted from when they were seen, for a log without an anchor too, and starts anew with each anchor', async () => {
    const { anchors, trees, logs, anchor } = test.ledger
    const watch = new LedgerWatch({
      anchors,
      trees,
      deployment: DEPLOYMENT,
      refreshLogs: () => logs.refresh(),
      generations: () => logs.generations(),
      now: () => now,
      onChange: () => undefined,
    })
    const lagAfter = async (milliseconds: number) => {
      await watch.check()
      now += milliseconds
      return watch.anchorLagSeconds
    }
    expect(await lagAfter(5_000)).toBe(0)
    await test.append(2)
    expect(await lagAfter(5_000)).toBe(5)
    await test.append(1, 'globex')
    expect(await lagAfter(5_000)).toBe(10)
    await anchor()
    expect(await lagAfter(5_000)).toBe(0)
    await test.append(1, 'globex')
    expect(await lagAfter(7_000)).toBe(7)
    expect(await lagAfter(60_000)).toBe(67)
  })
})
