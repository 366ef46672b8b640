import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunResult, runFaults } from '../../../faults/run.ts'

const MINUTES = 60_000
const KILLS = 24
const FEWEST_KILLS = 12

/** `npm run faults` for a few dozen kills; a slow machine gets fewer of them in its time. */
describe('a live load over processes that are killed at random', () => {
  const home = mkdtempSync(join(tmpdir(), 'palimpsest-faults-'))
  let result: RunResult

  beforeAll(async () => {
    result = await runFaults({
      home,
      kills: KILLS,
      seed: String(Date.now() % 100_000),
      clients: 24,
      gateways: 2,
      losses: 0,
      between: { least: 200, most: 2_500 },
      killWithinMs: 2 * MINUTES,
      settleWithinMs: 2 * MINUTES,
      say: () => undefined,
    })
  }, 9 * MINUTES)

  afterAll(() => rmSync(home, { recursive: true, force: true }))

  it('is under load and killed often enough to tell something', () => {
    const kills = Object.values(result.kills).reduce((sum, count) => sum + count, 0)
    expect(kills).toBeGreaterThanOrEqual(FEWEST_KILLS)
    expect(result.report.entries.length).toBeGreaterThan(10)
  })

  it('leaves nothing in flight', () => {
    expect(result.remaining).toEqual({ inFlight: 0, attempts: 0, pending: 0, workflows: 0 })
  })

  it('loses no accepted request, writes none twice, and records what was delivered and asked', () => {
    expect(result.report.violations).toEqual([])
  })
})
