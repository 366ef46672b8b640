import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEvidencePacker } from '../../../src/adapters/postgres/ledger/evidence/packer.ts'
import { verifyPath } from '../../../verify/verify.mjs'
import { openTestLedger, type TestLedger } from './support.ts'

describe('a log that grows while it is packed', () => {
  let test: TestLedger

  beforeAll(async () => {
    test = await openTestLedger()
    await test.append(5)
    await test.ledger.anchor()
  })
  afterAll(() => test.remove())

  it('is shown as it was, and what was signed and anchored meanwhile is not taken for lost leaves', async () => {
    const { sql, logs, trees, anchors } = test.ledger
    const packer = createEvidencePacker({
      sql,
      logs,
      anchors,
      tools: [],
      witnesses: [],
      madeBy: 'test',
      now: Date.now,
      // What is asked of the trees comes behind the look at the leaves.
      trees: {
        ...trees,
        async edge(...of) {
          await test.append(3)
          await test.ledger.anchor()
          return trees.edge(...of)
        },
      },
    })
    const file = join(test.folder, 'growing.zip')
    await pipeline(
      Readable.from(packer.pack('acme', { range: null, open: null, wholeStore: true })),
      createWriteStream(file),
    )
    const result = await verifyPath(file, { trust: await test.ledger.trusted('acme') })
    expect(result.problems).toEqual([])
    expect(result.logs[0]?.leaves).toBe(6)
  })
})
