import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { INSTRUCTIONS } from '../examples/contract-review/clauses.ts'
import { readPages } from '../examples/contract-review/read-pages.ts'
import type { BenchOptions, Measurement } from './support/measurement.ts'
import { reviewDocument } from './support/review-document.ts'
import { type BenchStack, startBenchStack } from './support/stack.ts'
import { percentile } from './support/statistics.ts'
import { formatTable } from './support/table.ts'

const SAMPLE = new URL('../examples/contract-review/sample-contract.pdf', import.meta.url)
/** Pages that the example has under way at once. */
const AT_ONCE = [1, 4]
const ROUNDS = 5
const WARM_UP_PAGES = 40
const LONG_PAGES = 1_000

interface Figures {
  atOnce: number
  pages: number
  bareP50Ms: number
  throughP50Ms: number
  overP50Ms: number
}

/** What a page of a contract takes through the gateway, as a high-risk tool that is recorded before it is answered. */
export const contractReview: Measurement = {
  name: 'contract-review',
  about:
    'a page of the sample contract through the gateway, over the bare call of the model; a document of 1,000 pages, whole',
  async run({ repeats = ROUNDS }: BenchOptions) {
    const read = await readPages(readFileSync(SAMPLE))
    if ('unreadable' in read) throw new Error(read.message)
    const stack = await startBenchStack()
    try {
      const caller = createCaller(stack, read.pages)
      await caller.round(WARM_UP_PAGES, 4, 'gateway')
      const figures: Figures[] = []
      for (const atOnce of AT_ONCE) figures.push(await measure(caller, read.pages.length, atOnce, repeats))
      const long = await reviewDocument(stack, LONG_PAGES)
      const ms = (value: number) => value.toFixed(1)
      const text = [
        `Pages of the sample contract, none twice the same; bare calls and calls through the gateway in turn, ${repeats} rounds.`,
        '',
        formatTable(
          ['pages at once', 'pages', 'bare p50 ms', 'through p50 ms', 'over p50 ms'],
          figures.map((one) => [
            String(one.atOnce),
            String(one.pages),
            ms(one.bareP50Ms),
            ms(one.throughP50Ms),
            ms(one.overP50Ms),
          ]),
        ),
        '',
        `A document of ${long.pages} pages, whole: ${ms(long.seconds)} s, every page with one entry;`,
        `the example's process ${ms(long.reviewMb)} MB at first and ${ms(long.reviewPeakMb)} MB at most, the gateway ${ms(long.gatewayMb)} MB at the end.`,
      ].join('\n')
      return { text, data: { figures, long } }
    } finally {
      await stack.stop()
    }
  },
}

async function measure(caller: Caller, pages: number, atOnce: number, rounds: number): Promise<Figures> {
  const bare: number[] = []
  const through: number[] = []
  for (let round = 0; round < rounds; round++) {
    bare.push(...(await caller.round(pages, atOnce, 'model')))
    through.push(...(await caller.round(pages, atOnce, 'gateway')))
  }
  const [bareP50Ms, throughP50Ms] = [percentile(bare, 0.5), percentile(through, 0.5)]
  return { atOnce, pages: through.length, bareP50Ms, throughP50Ms, overP50Ms: throughP50Ms - bareP50Ms }
}

type Caller = ReturnType<typeof createCaller>

function createCaller({ run, double }: BenchStack, pages: readonly string[]) {
  let made = 0
  const ask = async (to: 'model' | 'gateway'): Promise<number> => {
    made += 1
    // A page that was read before comes from the engine's cache.
    const content = `${pages[made % pages.length]}\nCopy ${made} for file ${made * 7919}.`
    const messages = [
      { role: 'system', content: INSTRUCTIONS },
      { role: 'user', content },
    ]
    const [base, key] = to === 'model' ? [double.baseUrl, double.apiKey] : [`${run.apiUrl}/v1`, run.keys.app]
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'x-tool-name': 'contract_review',
    }
    const from = performance.now()
    const body = JSON.stringify({ model: 'gpt-4o-mini', messages })
    const answer = await fetch(`${base}/chat/completions`, { method: 'POST', headers, body })
    await answer.text()
    if (!answer.ok) throw new Error(`A page was answered ${answer.status}.`)
    return performance.now() - from
  }
  return {
    async round(count: number, atOnce: number, to: 'model' | 'gateway'): Promise<number[]> {
      const took: number[] = []
      let left = count
      const work = async () => {
        while (left-- > 0) took.push(await ask(to))
      }
      await Promise.all(Array.from({ length: atOnce }, work))
      await sleep(200)
      return took
    },
  }
}
