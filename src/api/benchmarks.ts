import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import { z } from 'zod'
import { type BenchmarkDetail, benchmarkEntry } from '../domain/benchmark/benchmark-entry.ts'
import { figuresOf } from '../domain/benchmark/figures.ts'
import { MAX_ITEMS } from '../domain/benchmark/parse-set.ts'
import { DOUBTS, type RecordedCall, VERDICTS } from '../domain/benchmark/types.ts'
import { uuidv7 } from '../domain/ids/uuidv7.ts'
import { jcs } from '../domain/ledger/json.ts'
import { PalimpsestError } from '../errors.ts'
import type { StoredBenchmark } from '../ports/benchmarks.ts'
import { requireRole } from './authenticate.ts'
import { readJson } from './chat-completions/parse-body.ts'
import type { ApiDeps, ApiEnv } from './deps.ts'
import { integer } from './ledger.ts'
import { limitBody } from './limit-body.ts'
import { idParameter } from './query.ts'

const MAX_BODY_BYTES = 16 * 1024 * 1024
const MAX_MODELS = 20
const MAX_REQUESTS = 40_000
const MAX_PAGE = 100

const name = z.string().regex(/^[^\p{C}]{1,256}$/u)
const requests = z.array(z.uuid()).max(16)
const answerSchema = z.strictObject({
  item: z
    .int()
    .min(0)
    .max(MAX_ITEMS - 1),
  verdict: z.enum(VERDICTS),
  doubt: z.enum(DOUBTS).nullable().default(null),
  requests,
  judged: requests.default([]),
})
const bodySchema = z.strictObject({
  run: z.uuid(),
  set: z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), items: z.int().min(1).max(MAX_ITEMS) }),
  tool: z.string().regex(/^[A-Za-z0-9_.:-]{1,128}$/),
  judge: name.nullable().default(null),
  models: z
    .array(z.strictObject({ model: name, answers: z.array(answerSchema).min(1).max(MAX_ITEMS) }))
    .min(1)
    .max(MAX_MODELS),
})
type Told = z.infer<typeof bodySchema>

/**
 * Benchmarks of models. Who ran one tells its verdicts and the requests they stand on; cost and latency are taken from the entries
 * of these requests, and the figures are computed here.
 */
export function benchmarks(deps: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()

  app.post('/v1/benchmarks', requireRole(deps, 'operator', 'admin'), limitBody(MAX_BODY_BYTES), async (c) => {
    const officer = c.get('caller')
    const told = readBody(await readJson(c))
    const answersSha256 = createHash('sha256').update(jcs(told.models), 'utf8').digest('hex')
    const known = await deps.benchmarks.ofRun(officer.tenantId, told.run)
    if (known) return c.json(benchmarkJson(sameAs(known, answersSha256)), 200)
    const calls = await callsOf(deps, officer.tenantId, told)
    const detail: BenchmarkDetail = {
      ...{ run: told.run, set: told.set, tool: told.tool, judge: told.judge, answers_sha256: answersSha256 },
      ...figuresOf(told.models, calls),
    }
    const at = deps.now()
    const retentionClass = deps.config.tenants.get(officer.tenantId)?.retentionClass ?? 'standard'
    await deps.ledger.append(
      benchmarkEntry({ id: uuidv7(at, deps.randomBytes(10)), at, officer, retentionClass, detail }),
    )
    const made = await deps.benchmarks.ofRun(officer.tenantId, told.run)
    if (!made) throw new Error('a benchmark that was recorded is not there')
    return c.json(benchmarkJson(sameAs(made, answersSha256)), 201)
  })

  app.get('/v1/benchmarks', requireRole(deps, 'operator', 'auditor', 'admin'), async (c) => {
    const before = idParameter(c, 'before')
    const { tenantId } = c.get('caller')
    const found = await deps.benchmarks.list(tenantId, before, integer(c, 'limit', 20, 1, MAX_PAGE))
    return c.json({ benchmarks: found.map(benchmarkJson), next_before: found.at(-1)?.id ?? before })
  })
  return app
}

function benchmarkJson({ id, madeBy, madeAt, detail }: StoredBenchmark) {
  return { id, made_by: madeBy, made_at: new Date(madeAt).toISOString(), ...detail }
}

/** A run is recorded once. @throws PalimpsestError `benchmark_run_recorded` where it was with other answers. */
function sameAs(known: StoredBenchmark, answersSha256: string): StoredBenchmark {
  if (known.detail.answers_sha256 === answersSha256) return known
  throw new PalimpsestError({
    code: 'benchmark_run_recorded',
    status: 409,
    message: 'This run is on record with other answers: give a new run its own id.',
    param: 'run',
  })
}

/** The entries of every request that is named, each a call of the model and tool that it is told to be. */
async function callsOf(deps: ApiDeps, tenantId: string, told: Told): Promise<Map<string, RecordedCall>> {
  const all = told.models.flatMap(({ answers }) => answers.flatMap((answer) => [...answer.requests, ...answer.judged]))
  if (all.length > MAX_REQUESTS || new Set(all).size !== all.length) throw invalid('models')
  const calls = await deps.benchmarks.calls(tenantId, all)
  if (calls.size < all.length) {
    throw new PalimpsestError({
      code: 'benchmark_not_recorded',
      status: 409,
      message: `${all.length - calls.size} of the requests are not in the ledger: where they have just ended, try again; what is archived or unknown cannot be recorded.`,
      retryAfterSeconds: 1,
      param: 'models',
    })
  }
  for (const { model, answers } of told.models) {
    for (const { verdict, requests: own, judged } of answers) {
      const isOf = (id: string, asked: string | null) => {
        const call = calls.get(id)
        return call?.tool === told.tool && call.modelAsked === asked
      }
      const decided = calls.get(own.at(-1) ?? '')?.status === 'answered'
      const fits = own.every((id) => isOf(id, model)) && judged.every((id) => isOf(id, told.judge))
      if (!fits || (verdict !== 'error' && !decided)) throw invalid('models')
    }
  }
  return calls
}

function readBody(body: unknown): Told {
  const parsed = bodySchema.safeParse(body)
  if (!parsed.success) throw invalid(String(parsed.error.issues[0]?.path[0] ?? ''))
  const { models, set, judge } = parsed.data
  if (new Set(models.map(({ model }) => model)).size < models.length) throw invalid('models')
  for (const { answers } of models) {
    const items = new Set(answers.map(({ item }) => item))
    const whole =
      items.size === set.items && answers.length === set.items && answers.every(({ item }) => item < set.items)
    const doubts = answers.every(({ verdict, doubt }) => (verdict === 'undecided') === (doubt !== null))
    const judged = judge !== null || answers.every((answer) => answer.judged.length === 0)
    if (!whole || !doubts || !judged) throw invalid('models')
  }
  return parsed.data
}

const FIELDS = ['run', 'set', 'tool', 'judge', 'models']

function invalid(field: string): PalimpsestError {
  return new PalimpsestError({
    code: 'invalid_benchmark',
    status: 400,
    message:
      'Send {"run", "set": {"sha256", "items"}, "tool", "judge", "models": [{"model", "answers": [{"item", "verdict", "doubt", "requests", "judged"}]}]}: every model with one answer for each item of the set, and requests that are calls of that model under that tool.',
    param: FIELDS.includes(field) ? field : null,
  })
}
