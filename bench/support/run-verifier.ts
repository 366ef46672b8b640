import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const VERIFIER = fileURLToPath(new URL('../../verify/verify.mjs', import.meta.url))
/** Says what the process used, at its end. */
const USAGE = fileURLToPath(new URL('say-usage.mjs', import.meta.url))

export interface VerifierRun {
  /** From the start of the process to its end. */
  seconds: number
  /** User and system time, all threads. */
  cpuSeconds: number
  /** Peak resident set; NaN where the system does not tell it. */
  peakMb: number
}

/** Runs verify.mjs as an auditor does, in a process of its own. Throws where the evidence does not hold. */
export async function runVerifier(args: readonly string[]): Promise<VerifierRun> {
  const started = performance.now()
  const child = spawn(process.execPath, ['--import', USAGE, VERIFIER, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  let usage = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
  })
  child.stderr.on('data', (chunk) => {
    usage += chunk
  })
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
  if (code !== 0) throw new Error(`the verifier ended with ${code}: ${said}`)
  const { cpuSeconds, peakMb } = JSON.parse(usage)
  return { seconds: (performance.now() - started) / 1000, cpuSeconds, peakMb: peakMb ?? Number.NaN }
}
