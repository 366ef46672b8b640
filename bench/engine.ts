import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { openPiiEngine } from '../src/compose/pii-engine.ts'
import { ENTITY_TYPES, isRedactedByDefault } from '../src/domain/redaction/entity-types.ts'
import type { AnalyzeOptions, PiiEngine } from '../src/ports/pii-engine.ts'
import type { BenchOptions, Measurement } from './support/measurement.ts'
import { formatSpread, percentile, type Spread, spreadOf } from './support/statistics.ts'
import { formatTable } from './support/table.ts'
import { code, letter, longPrompt, mailThread, shortAnswer, variousPrompt } from './support/texts.ts'

interface Kind {
  name: string
  textOf(n: number): string
  /** Where a call costs more than its text: counted by calls, not by KB. */
  isByCall?: true
  /** Calls at a time; default 1, which pays for waking two threads at each call. */
  atOnce?: number
}

const KINDS: readonly Kind[] = [
  { name: 'short answers, a call', textOf: shortAnswer, isByCall: true },
  { name: 'letters of 1 KB', textOf: letter },
  { name: 'the same, four calls at a time', textOf: letter, atOnce: 4 },
  { name: 'mail threads of 7 KB', textOf: mailThread },
  { name: 'code, logs and tables', textOf: code },
  { name: 'prompts of a quarter KB, many kinds', textOf: variousPrompt },
]
const FORMATS: AnalyzeOptions = {
  entities: ENTITY_TYPES.filter((type) => isRedactedByDefault(type) && type !== 'PERSON'),
}
const VARIANTS: readonly { name: string; options: AnalyzeOptions }[] = [
  { name: 'formats alone', options: FORMATS },
  { name: 'with the name model', options: {} },
]
/** A gateway runs for weeks: regular expressions are compiled and hot by then. */
const WARM_UP_KB = 800
/** Text of one figure, so that the clock's grain does not show. */
const SAMPLE_KB = 40
/** The same of short texts. */
const SHORT_KB = 6
const SAMPLES_A_REPEAT = 5
const LONG_PROMPT = 100 * 1024
const ASK_EVERY_MS = 40

/** What recognition costs, and whom a long prompt holds up. */
export const engine: Measurement = {
  name: 'engine',
  about: 'CPU ms a KB of the engine that finds personal data; event loop and short calls while a long prompt is read',
  async run(options: BenchOptions) {
    const opened = await openPiiEngine({ presidioUrl: null, presidioMode: 'replace' })
    try {
      const costs = await measureCosts(opened.engine, options)
      const seconds = options.seconds ?? 15
      const alone = await measureCalls(opened.engine, seconds, null)
      const beside = await measureCalls(opened.engine, seconds, LONG_PROMPT)
      return report(costs, alone, beside)
    } finally {
      await opened.close()
    }
  },
}

interface Cost {
  text: string
  variant: string
  /** CPU of all threads of the process, milliseconds for 1,024 units of text, or for a call. */
  ms: Spread
}

interface Calls {
  latencies: number[]
  /** Milliseconds by which the event loop was late. */
  delayP50: number
  delayP99: number
  longMs: number[]
}

let last = 0
/** A number that no text had before: what was read once comes from the engine's cache. */
function next(): number {
  last += 1
  return last
}

async function measureCosts(pii: PiiEngine, { repeats = 3, say }: BenchOptions): Promise<Cost[]> {
  const costs: Cost[] = []
  for (const kind of KINDS) {
    const { name } = kind
    for (const { options } of VARIANTS) await read(pii, kind, options, kind.isByCall ? SHORT_KB : WARM_UP_KB)
    const found = new Map<string, number[]>(VARIANTS.map((variant) => [variant.name, []]))
    for (let sample = 0; sample < repeats * SAMPLES_A_REPEAT; sample += 1) {
      for (const variant of VARIANTS) {
        found.get(variant.name)?.push(await read(pii, kind, variant.options, kind.isByCall ? SHORT_KB : SAMPLE_KB))
      }
    }
    for (const [variant, values] of found) costs.push({ text: name, variant, ms: spreadOf(values) })
    say(
      `${name}: ${costs
        .slice(-VARIANTS.length)
        .map((cost) => `${cost.variant} ${formatSpread(cost.ms)}`)
        .join(', ')} ms`,
    )
  }
  return costs
}

/** CPU milliseconds a KB, or a call, of reading texts until there were `kilobytes`. */
async function read(
  pii: PiiEngine,
  { textOf, isByCall, atOnce = 1 }: Kind,
  options: AnalyzeOptions,
  kilobytes: number,
): Promise<number> {
  const texts: string[] = []
  let length = 0
  while (length < kilobytes * 1024) {
    const text = textOf(next())
    texts.push(text)
    length += text.length
  }
  const before = process.cpuUsage()
  const rest = texts.values()
  const readOn = async (): Promise<void> => {
    for (const text of rest) await pii.analyze([text], options)
  }
  await Promise.all(Array.from({ length: atOnce }, readOn))
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / (isByCall ? texts.length : length / 1024)
}

/** Letters of 1 KB, one after the other with a pause, for `seconds`; beside them prompts of `long` units, where given. */
async function measureCalls(pii: PiiEngine, seconds: number, long: number | null): Promise<Calls> {
  const longMs: number[] = []
  const latencies: number[] = []
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const endAt = performance.now() + seconds * 1000
  const readLong = async (): Promise<void> => {
    while (long !== null && performance.now() < endAt) {
      const text = longPrompt(next(), long)
      longMs.push(await timed(() => pii.analyze([text])))
    }
  }
  const ask = async (): Promise<void> => {
    while (performance.now() < endAt) {
      const text = letter(next())
      latencies.push(await timed(() => pii.analyze([text])))
      await sleep(ASK_EVERY_MS)
    }
  }
  delay.enable()
  await Promise.all([readLong(), ask()])
  delay.disable()
  return { latencies, longMs, delayP50: delay.percentile(50) / 1e6, delayP99: delay.percentile(99) / 1e6 }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

function report(costs: readonly Cost[], alone: Calls, beside: Calls) {
  const callRow = (name: string, { latencies, longMs, delayP50, delayP99 }: Calls): string[] => [
    name,
    ...[delayP50, delayP99, percentile(latencies, 0.5), percentile(latencies, 0.99)].map((ms) => ms.toFixed(1)),
    longMs.length === 0 ? '' : percentile(longMs, 0.5).toFixed(0),
  ]
  const text = [
    'CPU of all threads, no text read twice.',
    '',
    formatTable(
      ['CPU ms a KB', '', 'median', 'min'],
      costs.map(({ text: kind, variant, ms }) => [kind, variant, ms.median.toFixed(2), ms.min.toFixed(2)]),
    ),
    '',
    formatTable(
      ['letters of 1 KB', 'loop delay p50 ms', 'p99 ms', 'a letter p50 ms', 'p99 ms', '100 KB p50 ms'],
      [callRow('alone', alone), callRow('beside prompts of 100 KB', beside)],
    ),
  ].join('\n')
  return { text, data: { costs, alone, beside } }
}
