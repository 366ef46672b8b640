import { createHash, randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { accuracyCostSvg } from '../adapters/charts/accuracy-cost-svg.ts'
import { parseSet } from '../domain/benchmark/parse-set.ts'
import type { BenchmarkItem } from '../domain/benchmark/types.ts'
import { appTargetOf, ask, NotAnswered, operatorTargetOf, type Target } from './ask-gateway.ts'
import { type JournalLine, openJournal, type RunHead } from './benchmark/journal.ts'
import { runSet } from './benchmark/run-set.ts'
import { type RecordedBenchmark, tableLines } from './benchmark/show.ts'
import type { Io } from './io.ts'

const USAGE = `palimpsest benchmark <set.jsonl> --models <a,b> [--tool <name>] [--judge <model>] [--concurrency <n>] [--out <folder>]
  [--resume] [--url <gateway>] [--json]`

const NO_KEYS =
  'Start the gateway, or name it with --url and set PALIMPSEST_API_KEY to a key of the role app, and PALIMPSEST_ADMIN_KEY to one of the role operator or admin.'

const MOST_AT_ONCE = 64
const MOST_MODELS = 20
/** Milliseconds for which entries of the last requests are waited for. */
const RECORDED_WITHIN_MS = 120_000

/**
 * `palimpsest benchmark`: asks every question of a set of every model through the gateway, scores the answers, and records the
 * result. 0: every question was answered; 1: recorded, and some were not; 2: not judged, where the set is broken or the gateway is
 * away: what was answered is kept for `--resume`.
 */
export async function run(args: string[], io: Io): Promise<number> {
  const flags = parse(args)
  if (!flags) {
    io.warn(USAGE)
    return 2
  }
  const [app, operator] = [appTargetOf(flags.url, io), operatorTargetOf(flags.url, io, io.env.PALIMPSEST_ADMIN_KEY)]
  if (!app || !operator) {
    io.warn(NO_KEYS)
    return 2
  }
  const set = readSet(flags, io)
  if (set === null) return 2
  const head: RunHead = {
    run: randomUUID(),
    set_sha256: set.sha256,
    items: set.items.length,
    models: flags.models,
    tool: flags.tool,
    judge: flags.judge,
  }
  if (!(await mayRecord(operator, io))) return 2
  const journal = openJournal(flags.out, head, flags.resume)
  try {
    const say = flags.json ? () => undefined : (line: string) => io.write(line)
    const { items } = set
    const { concurrency } = flags
    const lines = await runSet({ target: app, items, journal, concurrency, onProgress: progress(say) })
    const recorded = await record(operator, journal.head, lines)
    writeResults(flags.out, recorded, journal.head, items, lines)
    if (flags.json) io.write(JSON.stringify(recorded, null, 2))
    else for (const line of [...tableLines(recorded), `on record as ${recorded.id}; files in ${flags.out}`]) say(line)
    return recorded.models.every(({ errors }) => errors === 0) ? 0 : 1
  } catch (error) {
    if (!(error instanceof NotAnswered)) throw error
    io.warn(error.message)
    io.warn(`What was answered is kept: go on with the same command and --resume --out ${flags.out}.`)
    return 2
  } finally {
    journal.close()
  }
}

/** Asked before anything is paid for. */
async function mayRecord(operator: Target, io: Io): Promise<boolean> {
  try {
    await ask(operator, '/v1/benchmarks?limit=1')
    return true
  } catch (error) {
    if (!(error instanceof NotAnswered)) throw error
    io.warn(`The result could not be recorded: ${error.message}`)
    return false
  }
}

interface Flags {
  set: string
  models: string[]
  tool: string
  judge: string | null
  concurrency: number
  out: string
  resume: boolean
  url: string | undefined
  json: boolean
}

function parse(args: string[]): Flags | null {
  const string = { type: 'string' } as const
  const boolean = { type: 'boolean' } as const
  const options = { models: string, tool: string, judge: string, concurrency: string, out: string, url: string }
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { ...options, resume: boolean, json: boolean },
    })
    const [set, ...rest] = positionals
    const models = (values.models ?? '').split(',').map((model) => model.trim())
    const concurrency = Number(values.concurrency ?? 4)
    const isFit =
      rest.length === 0 &&
      models.every((model) => model !== '') &&
      new Set(models).size === models.length &&
      models.length <= MOST_MODELS &&
      Number.isSafeInteger(concurrency) &&
      concurrency >= 1 &&
      concurrency <= MOST_AT_ONCE
    if (set === undefined || !isFit) return null
    const { tool = 'benchmark', judge = null, url, resume = false, json = false } = values
    const out = values.out ?? `${basename(set).replace(/\.jsonl$/, '')}.benchmark`
    return { set, models, tool, judge, concurrency, out, resume, url, json }
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** All of it, or null with every broken line named: nothing was asked then. */
function readSet({ set, judge }: Flags, io: Io): { items: BenchmarkItem[]; sha256: string } | null {
  let bytes: Buffer
  try {
    bytes = readFileSync(set)
  } catch {
    io.warn(`${set} cannot be read.`)
    return null
  }
  const { items, faults } = parseSet(bytes.toString('utf8'))
  for (const { line, what } of faults) io.warn(`${set}:${line}: ${what}`)
  if (items === null) {
    io.warn('Nothing was asked: mend these lines first.')
    return null
  }
  if (judge === null && items.some(({ score }) => score.by === 'judge')) {
    io.warn('Some items are scored by a judging model: name it with --judge.')
    return null
  }
  return { items, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** Says where it stands at each twentieth. */
function progress(say: (line: string) => void): (done: number, all: number) => void {
  let told = -1
  return (done, all) => {
    const step = Math.floor((20 * done) / all)
    if (step === told) return
    told = step
    say(`${done} of ${all} answers`)
  }
}

async function record(target: Target, head: RunHead, lines: readonly JournalLine[]): Promise<RecordedBenchmark> {
  const giveUpAt = Date.now() + RECORDED_WITHIN_MS
  const { run, set_sha256: sha256, items, tool, judge } = head
  const body = { run, set: { sha256, items }, tool, judge, models: head.models.map((model) => toldOf(model, lines)) }
  for (;;) {
    try {
      return (await ask(target, '/v1/benchmarks', body)) as RecordedBenchmark
    } catch (error) {
      const isEarly =
        error instanceof NotAnswered && (error.isAway || error.message.includes('(benchmark_not_recorded)'))
      if (!isEarly || Date.now() > giveUpAt) throw error
      await sleep(1_000)
    }
  }
}

function toldOf(model: string, lines: readonly JournalLine[]) {
  const own = lines.filter((line) => line.model === model).sort((a, b) => a.item - b.item)
  return {
    model,
    answers: own.map(({ item, verdict, doubt, requests, judged }) => ({ item, verdict, doubt, requests, judged })),
  }
}

/** `result.json` holds what the entry's digest is over, so that who has it can compare. */
function writeResults(
  folder: string,
  recorded: RecordedBenchmark,
  head: RunHead,
  items: readonly BenchmarkItem[],
  lines: readonly JournalLine[],
): void {
  const codes = lines.filter(({ code }) => code !== null).map(({ model, item, code }) => ({ model, item, code }))
  const told = head.models.map((model) => toldOf(model, lines))
  const result = { ...recorded, items: items.map(({ id }) => id), answers: told, errors: codes }
  writeFileSync(join(folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`)
  writeFileSync(join(folder, 'table.txt'), `${tableLines(recorded).join('\n')}\n`)
  const points = recorded.models.map(({ model, accuracy, low, high, cost_per_answer_usd: cost }) => ({
    ...{ model, accuracy, low, high },
    cost: Number(cost ?? 0),
  }))
  writeFileSync(join(folder, 'accuracy-cost.svg'), accuracyCostSvg(points))
}
