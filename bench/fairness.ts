import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { defaultAdmission } from '../src/domain/limits/admission.ts'
import { type LoadGenerator, type LoadOrder, type LoadReport, startLoadGenerator } from './support/load.ts'
import type { BenchOptions } from './support/measurement.ts'
import { startBenchStack, waitForRecords } from './support/stack.ts'
import { formatSpread, percentile, spreadOf } from './support/statistics.ts'
import { formatTable } from './support/table.ts'

const KEYS = { noisy: 'pk_bench_noisy_0123456789abcdef', quiet: 'pk_bench_quiet_0123456789abcdef' }
/** Connections of the tenant that floods. */
const NOISY = 64
/** Milliseconds between two requests of the quiet tenant: about ten a second, a seventh of what the machine can. */
const QUIET_EVERY_MS = 97
/** Connections that the quiet tenant has, so that a late answer holds up no request. */
const QUIET = 8
const WARM_SECONDS = 10
const ROUNDS = 4
const SECONDS = 20
/** The goal: the quiet tenant's p99 beside the flood, by that of alone. */
const GOAL = 1.5

interface Figures {
  p50Ms: number
  p99Ms: number
  samples: number
  ratePerSecond: number
}

export type Fairness = Awaited<ReturnType<typeof measureFairness>>

/**
 * What a tenant with a modest steady rate feels of another one that floods: alone and beside it, in turn, so that both meet
 * the same machine. Percentiles are of all rounds together. First the flood by itself: what fairness may not cost.
 */
export async function measureFairness(options: BenchOptions) {
  const atWork = options.atWork ?? defaultAdmission.atWork
  const seconds = options.seconds ?? SECONDS
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-fairness-'))
  const file = join(folder, 'palimpsest.yaml')
  writeFileSync(file, configOf(atWork))
  const generators = { quiet: startLoadGenerator(), noisy: startLoadGenerator() }
  const stack = await startBenchStack({ env: { PALIMPSEST_CONFIG: file } })
  const found: Record<'lone16' | 'lone' | 'alone' | 'beside' | 'flood', LoadReport[]> = {
    ...{ lone16: [], lone: [], alone: [], beside: [], flood: [] },
  }
  try {
    const send = sender(generators, stack.run.apiUrl)
    await send.flood(16, WARM_SECONDS)
    found.lone16.push(await send.flood(16, seconds))
    found.lone.push(await send.flood(NOISY, seconds))
    await waitForRecords(stack.sql)
    for (let round = 0; round < (options.repeats ?? ROUNDS); round++) {
      found.alone.push(await send.quiet(seconds))
      const flood = send.flood(NOISY, seconds + 4)
      await sleep(2_000)
      found.beside.push(await send.quiet(seconds))
      found.flood.push(await flood)
      await waitForRecords(stack.sql)
      const [alone, beside] = [found.alone, found.beside].map((all) => figuresOf(all.slice(-1)).p99Ms.toFixed(0))
      options.say(`${atWork} at work, round ${round + 1}: p99 alone ${alone} ms, beside the flood ${beside} ms`)
    }
  } finally {
    for (const generator of Object.values(generators)) generator.stop()
    await stack.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  const figures = {
    ...{ lone16: figuresOf(found.lone16), lone: figuresOf(found.lone), flood: figuresOf(found.flood) },
    ...{ alone: figuresOf(found.alone), beside: figuresOf(found.beside) },
  }
  const ratios = found.alone.map(
    (alone, round) => percentile(found.beside[round]?.latencies ?? [], 0.99) / percentile(alone.latencies, 0.99),
  )
  return { atWork, ...figures, ratio: figures.beside.p99Ms / figures.alone.p99Ms, byRound: spreadOf(ratios) }
}

const configOf = (atWork: number) => `
tenants:
${Object.entries(KEYS)
  .map(([id, key]) => `  - { id: ${id}, region: us, keys: [{ key: "${key}", role: app, app: bench }] }`)
  .join('\n')}
limits: { requests_at_work: ${atWork} }
`

/** Sends what a tenant sends; no prompt twice. @throws Error where an answer was not the right one */
function sender(generators: Record<keyof typeof KEYS, LoadGenerator>, origin: string) {
  let first = 1
  const send = async (tenant: keyof typeof KEYS, how: Pick<LoadOrder, 'connections' | 'seconds' | 'everyMs'>) => {
    const headers = { authorization: `Bearer ${KEYS[tenant]}`, 'x-tool-name': 'support_chat' }
    const path = '/v1/chat/completions'
    const order = { origin, path, headers, first, expectRedactions: true, ...how }
    first += 1_000_000
    const report = await generators[tenant].run(order)
    if (Object.keys(report.refused).length > 0) throw new Error(`${tenant}: ${JSON.stringify(report.refused)}`)
    return report
  }
  return {
    flood: (connections: number, seconds: number) => send('noisy', { connections, seconds }),
    quiet: (seconds: number) => send('quiet', { connections: QUIET, seconds, everyMs: QUIET_EVERY_MS }),
  }
}

/** Of several windows together; the rate is their mean. */
function figuresOf(reports: readonly LoadReport[]): Figures {
  const latencies = reports.flatMap((report) => report.latencies)
  const rates = reports.map(({ ratePerSecond }) => ratePerSecond)
  return {
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    samples: latencies.length,
    ratePerSecond: rates.reduce((sum, rate) => sum + rate, 0) / rates.length,
  }
}

export function describeFairness({ atWork, ratio, byRound, ...figures }: Fairness): string {
  const rows = [
    ['one tenant, 16 connections', figures.lone16],
    [`one tenant, ${NOISY} connections`, figures.lone],
    ['quiet, alone', figures.alone],
    ['quiet, beside the flood', figures.beside],
    ['the flood beside it', figures.flood],
  ] as const
  return [
    `A tenant that sends a request each ${QUIET_EVERY_MS} ms, alone and beside one that floods with ${NOISY} connections; ${atWork} requests at work.`,
    '',
    formatTable(
      ['', 'requests/s', 'p50 ms', 'p99 ms', 'requests'],
      rows.map(([name, { ratePerSecond, p50Ms, p99Ms, samples }]) => [
        ...[name, ratePerSecond.toFixed(1), p50Ms.toFixed(1), p99Ms.toFixed(1), String(samples)],
      ]),
    ),
    '',
    `The quiet tenant's p99 beside the flood is ${ratio.toFixed(2)} times that of alone (by round ${formatSpread(byRound)}); goal ${GOAL}.`,
  ].join('\n')
}
