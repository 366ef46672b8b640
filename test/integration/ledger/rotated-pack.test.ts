import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rotateLogKey } from '../../../src/adapters/postgres/ledger/rotate.ts'
import { verifyPath, words } from '../../../verify/verify.mjs'
import { openTestLedger, type TestLedger } from './support.ts'

describe('a pack of a log whose key was rotated', () => {
  let test: TestLedger
  const rotate = (overlapMs: number, now = Date.now) => {
    const { sql, logs, signer, sequencer } = test.ledger
    const sequence = () => sequencer.round()
    return rotateLogKey({ sql, logs, signer, sequence, gatewayVersion: 'test', overlapMs, now }, 'acme')
  }
  const verify = async (trust: string[], range: { from: number; to: number } | null = null) => {
    const file = join(test.folder, 'pack.zip')
    await test.ledger.packTo(file, 'acme', { range })
    return verifyPath(file, { trust })
  }
  const appendAnew = async () => {
    const writer = test.ledger.openWriter()
    await writer.append(test.calls.next('acme'))
    await writer.close()
    await test.ledger.sequence()
  }

  beforeAll(async () => {
    test = await openTestLedger()
    await test.append(5)
  })

  afterAll(() => test.remove())

  it('holds in the overlap for who has the old key alone, who is told which entry brings the new one in', async () => {
    const { entryId, oldKey, newKey } = await rotate(3_600_000)
    await appendAnew()
    const result = await verify([oldKey])
    expect(result.problems).toEqual([])
    const told = result.notes.find((note) => note.includes(newKey)) ?? ''
    expect(told).toContain(`entry ${entryId} brings in the log key`)
    expect(told).toContain('evidence vouches for no key')
    expect((await verify([oldKey, newKey])).notes).toEqual([])
  })

  it('does not hold behind the overlap for who has the old key alone: evidence brings no keys', async () => {
    const later = () => Date.now() + 2 * 3_600_000
    const { entryId, oldKey, newKey } = await rotate(0, later)
    await appendAnew()
    const result = await verify([oldKey])
    expect(result.exit).toBe(1)
    expect(words(result)).toMatch(/nobody trusted|no trusted key/)
    expect(result.problems[0]?.what).toContain(`entry ${entryId} brings in the log key ${newKey}`)
    expect((await verify([oldKey, newKey])).problems).toEqual([])
  })

  it('that begins behind the rotation holds for who has the new key alone', async () => {
    await appendAnew()
    const trusted = await test.ledger.trusted('acme')
    const size = await test.ledger.trees.size((await test.ledger.logs.of('acme')).origin)
    const result = await verify(trusted.slice(-1), { from: size - 2, to: size })
    expect(result.problems).toEqual([])
    expect(result.logs[0]).toMatchObject({ checkpoints: expect.any(Number) })
  })
})
