import { CLEAN_TEXTS } from './clean-texts.ts'
import { MORE_CLEAN_TEXTS } from './clean-texts-more.ts'
import type { Contender } from './contenders.ts'
import type { Corpus } from './corpora.ts'
import { type Tally, tally } from './score.ts'

export interface CorpusResult {
  corpus: string
  tallies: Tally[]
  /** Milliseconds a KB, the median over texts of at least 100 units and of all together where they are shorter. */
  msPerKb: number
}

export interface Measured {
  name: string
  results: CorpusResult[]
  /** Findings per 2 KB of clean text. */
  falseAlarms: number
}

/** Texts of a corpus that a contender reads before it is timed: a gateway runs for weeks, and its code is hot by then. */
const WARM_UP = 200

/** Runs a contender over a corpus, one text at a time, after a warm-up. With `verbose`, tells what was missed. */
export async function measure({ engine }: Contender, corpus: Corpus, verbose: boolean): Promise<CorpusResult> {
  for (const { text } of corpus.texts.slice(0, WARM_UP)) await engine.analyze([text], { language: corpus.language })
  const tallies: Tally[] = []
  const times: number[] = []
  for (const gold of corpus.texts) {
    const from = performance.now()
    const [found = []] = await engine.analyze([gold.text], { language: corpus.language })
    times.push(((performance.now() - from) * 1024) / Math.max(200, gold.text.length))
    tallies.push(tally(gold, found))
    if (verbose) tell(gold.text, gold.spans, found)
  }
  times.sort((a, b) => a - b)
  return { corpus: corpus.name, tallies, msPerKb: times[times.length >> 1] ?? 0 }
}

/** Findings per 2 KB of texts without personal data. */
export async function falseAlarms({ engine }: Contender, verbose: boolean): Promise<number> {
  let units = 0
  let alarms = 0
  for (const text of [...CLEAN_TEXTS, ...MORE_CLEAN_TEXTS]) {
    const [found = []] = await engine.analyze([text])
    units += text.length
    alarms += found.length
    if (verbose) tell(text, [], found)
  }
  return (alarms * 2048) / units
}

interface Span {
  start: number
  end: number
}

function tell(
  text: string,
  gold: readonly (Span & { type: string | null })[],
  found: readonly (Span & { entityType: string })[],
): void {
  for (const span of gold) {
    if (span.type === null || found.some((one) => one.start <= span.start && one.end >= span.end)) continue
    const near = text.slice(Math.max(0, span.start - 40), span.end + 20)
    process.stderr.write(
      `missed ${span.type} ${JSON.stringify(text.slice(span.start, span.end))} in ${JSON.stringify(near)}\n`,
    )
  }
  for (const one of found) {
    if (gold.some((span) => span.start < one.end && one.start < span.end)) continue
    const near = text.slice(Math.max(0, one.start - 30), one.end + 15)
    process.stderr.write(
      `alarm ${one.entityType} ${JSON.stringify(text.slice(one.start, one.end))} in ${JSON.stringify(near)}\n`,
    )
  }
}
