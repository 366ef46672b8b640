import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { canMeasureProcesses } from '../../../bench/support/processes.ts'
import { runVerifier } from '../../../bench/support/run-verifier.ts'

const folder = mkdtempSync(join(tmpdir(), 'palimpsest-measured-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('the peak of memory that is measured of the verifier is its own, not that of the process that starts it', async () => {
  const manifest = { format: 'palimpsest/v1/pack', signers: [], logs: [], members: [], not_proved: [] }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest))
  const ballast = Buffer.alloc(300e6, 1)
  const { cpuSeconds, peakMb } = await runVerifier([folder])
  expect(cpuSeconds).toBeGreaterThan(0)
  if (canMeasureProcesses) {
    expect(peakMb).toBeGreaterThan(10)
    expect(peakMb).toBeLessThan(ballast.length / 1e6 - 50)
  } else expect(peakMb).toBeNaN()
})
