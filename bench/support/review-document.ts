import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Summary } from '../../examples/contract-review/summary.ts'
import { makePdf } from '../../test/e2e/examples/make-pdf.ts'
import { memoryOf } from './processes.ts'
import { stopProcess } from './run-node.ts'
import type { BenchStack } from './stack.ts'

const MAIN = fileURLToPath(new URL('../../examples/contract-review/main.ts', import.meta.url))
const START_WITHIN_MS = 120_000
const LOOK_MS = 1_000

export interface ReviewedDocument {
  pages: number
  seconds: number
  /** Resident memory of the example's process at the beginning and at its most, and of the gateway's at the end, MB. */
  reviewMb: number
  reviewPeakMb: number
  gatewayMb: number
}

/** Has the contract review of the examples read a document of so many pages. @throws where a page or an entry is missing, or is there twice */
export async function reviewDocument(stack: BenchStack, pages: number): Promise<ReviewedDocument> {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-bench-review-'))
  const { child, url } = await startReview(stack, folder)
  try {
    const body = await makePdf(pages)
    const [before, atFirst, from] = [await entries(stack.sql), memoryOf(child.pid ?? 0), performance.now()]
    const { id } = (await (await fetch(`${url}/reviews?name=long.pdf`, { method: 'POST', body })).json()) as {
      id: string
    }
    const look = async () => (await (await fetch(`${url}/reviews/${id}`)).json()) as Summary & { state: string }
    let review = await look()
    while (review.state === 'running') {
      await sleep(LOOK_MS)
      review = await look()
    }
    const seconds = (performance.now() - from) / 1_000
    const requests = new Set(review.results.flatMap((one) => (one.outcome === 'reviewed' ? [one.request] : [])))
    const made = (await entries(stack.sql)) - before
    if (requests.size !== pages || made !== pages) {
      throw new Error(`Of ${pages} pages ${requests.size} were reviewed, with ${made} entries: ${review.state}.`)
    }
    const reviewPeakMb = memoryOf(child.pid ?? 0).peakMb
    return { pages, seconds, reviewMb: atFirst.rssMb, reviewPeakMb, gatewayMb: memoryOf(stack.pids.gateway).rssMb }
  } finally {
    await stopProcess(child)
    rmSync(folder, { recursive: true, force: true })
  }
}

async function startReview({ run }: BenchStack, folder: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      PALIMPSEST_URL: run.apiUrl,
      PALIMPSEST_API_KEY: run.keys.app,
      TEMPORAL_ADDRESS: run.temporalAddress,
      REVIEW_PORT: '0',
      REVIEW_FOLDER: folder,
      REVIEW_MODEL: 'gpt-4o-mini',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (piece) => (said += String(piece)))
  const until = performance.now() + START_WITHIN_MS
  for (;;) {
    const url = /is on (http:\S+),/.exec(said)?.[1]
    if (url !== undefined) return { child, url }
    if (child.exitCode !== null || performance.now() > until) {
      await stopProcess(child)
      throw new Error(`The example did not start: ${said}`)
    }
    await sleep(100)
  }
}

async function entries(sql: BenchStack['sql']): Promise<number> {
  const [row] =
    await sql`SELECT count(*)::int AS n FROM ledger_entry WHERE tool = 'contract_review' AND kind = 'interaction'`
  return row?.n ?? 0
}
