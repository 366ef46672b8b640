import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { run } from '../../../src/cli/benchmark.ts'
import { TEST_KEYS } from '../../support/gateway.ts'
import { expectError, startVendorGateway, type VendorGateway } from '../../support/vendor-gateway.ts'
import type { Behaviour, Received } from '../../support/vendors/behaviour.ts'

const CLI = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url))

interface Sent {
  model: string
  messages: { role: string; content: string }[]
}

const sentOf = (received: Received) => JSON.parse(received.body.toString('utf8')) as Sent
const contentOf = (received: Received) => sentOf(received).messages.at(-1)?.content ?? ''

/** Twenty sums: the model `gpt-4o` knows all of them, `gpt-4o-mini` those below fifteen. */
const SUMS = Array.from({ length: 20 }, (_, n) => ({
  id: `sum-${n}`,
  question: `What is ${n} plus ${n}?`,
  score: 'number',
  expected: 2 * n,
}))
function answerSum(received: Received): Behaviour {
  const n = Number(/What is (\d+)/.exec(contentOf(received))?.[1])
  const knows = sentOf(received).model === 'gpt-4o' || n < 15
  return { text: `It is ${knows ? 2 * n : 2 * n + 1}.` }
}

describe('palimpsest benchmark', { timeout: 180_000 }, () => {
  let setup: VendorGateway
  let folder: string
  let lines: string[]
  beforeAll(async () => {
    setup = await startVendorGateway()
  }, 120_000)
  afterAll(() => setup.close())
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'palimpsest-benchmark-'))
    lines = []
    setup.openai.reset()
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const env = { PALIMPSEST_API_KEY: TEST_KEYS.app, PALIMPSEST_ADMIN_KEY: TEST_KEYS.admin }
  const io = { env, write: (line: string) => void lines.push(line), warn: (line: string) => void lines.push(line) }
  const argsOf = (items: readonly object[], ...more: string[]) => {
    writeFileSync(join(folder, 'set.jsonl'), items.map((item) => `${JSON.stringify(item)}\n`).join(''))
    return [join(folder, 'set.jsonl'), '--out', join(folder, 'out'), '--url', setup.gateway.url, ...more]
  }
  const result = () => JSON.parse(readFileSync(join(folder, 'out', 'result.json'), 'utf8'))
  const benchmark = (items: readonly object[], ...more: string[]) => run(argsOf(items, ...more), io)

  it('gives accuracy, a paired test, cost and latency of two models, and records them as an entry without text', async () => {
    setup.openai.always(answerSum)
    expect(await benchmark(SUMS, '--models', 'gpt-4o,gpt-4o-mini')).toBe(0)
    const { id, models, pairs, run: runId, set } = result()
    expect(models).toMatchObject([
      { model: 'gpt-4o', correct: 20, items: 20, accuracy: 1, errors: 0 },
      { model: 'gpt-4o-mini', correct: 15, items: 20, accuracy: 0.75, errors: 0 },
    ])
    // Five right only by the first, none only by the second: 2 / 2^5.
    expect(pairs).toMatchObject([{ both: 15, only_a: 5, only_b: 0, neither: 0, difference: 0.25, p: 0.0625 }])
    const [entry] = await setup.sql`SELECT * FROM ledger_entry WHERE id = ${id}`
    expect(entry).toMatchObject({ kind: 'report', status: 'benchmark', tenant_id: 'dev', api_key_id: 'test-admin' })
    const detail = JSON.parse(entry?.detail)
    expect(detail).toMatchObject({ run: runId, set, models, pairs, tool: 'benchmark', judge: null })
    expect(entry?.detail).not.toMatch(/What is|It is/)
    // Cost and latency are those of the ledger's own entries of these calls.
    for (const { model, cost_usd: cost, latency_median_ms: median } of models) {
      const [sum] = await setup.sql`
        SELECT sum(cost_usd)::text AS cost, count(*)::integer AS calls,
          percentile_disc(0.5) WITHIN GROUP (ORDER BY latency_ms)::integer AS median
        FROM ledger_entry WHERE tool = 'benchmark' AND model_asked = ${model}`
      expect(sum).toEqual({ cost, calls: 20, median })
      expect(Number(cost)).toBeGreaterThan(0)
    }
    const listed = await setup.gateway.call('/v1/benchmarks', { key: TEST_KEYS.auditor })
    expect(((await listed.json()) as { benchmarks: object[] }).benchmarks[0]).toMatchObject({ id, run: runId, models })
    expect(lines.join('\n')).toContain('75.0 %')
    expect(readFileSync(join(folder, 'out', 'accuracy-cost.svg'), 'utf8')).toMatch(
      /^<svg[\s\S]*gpt-4o-mini[\s\S]*<\/svg>/,
    )
    expect(readFileSync(join(folder, 'out', 'table.txt'), 'utf8')).toContain('gpt-4o against gpt-4o-mini: +25.0 points')
  })

  it('asks nothing where a line of the set is broken, and names the line', async () => {
    expect(await benchmark([...SUMS.slice(0, 2), { id: 'x' }, ...SUMS.slice(3)], '--models', 'gpt-4o')).toBe(2)
    expect(lines.join('\n')).toMatch(/set\.jsonl:3: /)
    expect(setup.openai.count).toBe(0)
    expect(existsSync(join(folder, 'out'))).toBe(false)
  })

  it('goes on after a kill: no question is paid twice, and none is left out', async () => {
    setup.openai.always((received) => ({ ...answerSum(received), delayMs: 150 }))
    const args = argsOf(SUMS, '--models', 'gpt-4o,gpt-4o-mini', '--tool', 'killed', '--concurrency', '4')
    const child = spawn(process.execPath, [CLI, 'benchmark', ...args], {
      env: { ...process.env, ...env, PALIMPSEST_HOME: folder },
      stdio: 'ignore',
    })
    const exited = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))
    while (setup.openai.count < 14) await new Promise((resolve) => setTimeout(resolve, 5))
    child.kill('SIGKILL')
    expect(await exited).toBe('SIGKILL')
    const journal = readFileSync(join(folder, 'out', 'journal.jsonl'), 'utf8')
    expect(journal.split('\n').length).toBeLessThan(40)
    // As a kill in the middle of a write leaves it.
    writeFileSync(join(folder, 'out', 'journal.jsonl'), `${journal}{"model":"gpt-4o","ite`)
    await expect(run(args, io)).rejects.toMatchObject({ code: 'benchmark_there' })
    expect(await run([...args, '--resume'], io)).toBe(0)
    expect(result().models).toMatchObject([{ correct: 20 }, { correct: 15 }])
    expect(setup.openai.count).toBe(40)
    const [row] = await setup.sql`SELECT count(*)::integer AS calls FROM ledger_entry WHERE tool = 'killed'`
    expect(row?.calls).toBe(40)
    // The same again changes nothing, and records nothing more.
    const { id } = result()
    expect(await run([...args, '--resume'], io)).toBe(0)
    expect(result().id).toBe(id)
    expect(setup.openai.count).toBe(40)
    const other = argsOf(SUMS.slice(1), '--models', 'gpt-4o,gpt-4o-mini', '--tool', 'killed', '--resume')
    await expect(run(other, io)).rejects.toMatchObject({ code: 'benchmark_differs' })
  })

  it('counts what a model did not answer as an error of it, and goes on with the others', async () => {
    setup.openai.always((received) =>
      sentOf(received).model === 'gpt-4o' ? answerSum(received) : { status: 400, code: 'invalid_prompt' },
    )
    const models = 'gpt-4o,gpt-4o-mini,no-such-model'
    expect(await benchmark(SUMS.slice(0, 3), '--models', models, '--tool', 'erring')).toBe(1)
    expect(result().models).toMatchObject([
      { correct: 3, errors: 0 },
      { correct: 0, errors: 3, cost_per_correct_usd: null },
      { correct: 0, errors: 3, answered_by: [], latency_median_ms: null },
    ])
    expect(result().errors.map(({ code }: { code: string }) => code)).toContain('model_not_found')
  })

  it('waits where a provider is over its limit, and keeps every try on record', async () => {
    const limited: Behaviour = { status: 429, headers: { 'retry-after': '1' } }
    setup.openai.always(answerSum)
    setup.openai.script(limited)
    expect(await benchmark(SUMS.slice(0, 1), '--models', 'gpt-4o', '--tool', 'limited')).toBe(0)
    const { answers } = result()
    expect(answers[0].answers[0].requests).toHaveLength(2)
    const rows = await setup.sql`SELECT status FROM ledger_entry WHERE tool = 'limited' ORDER BY id`
    expect(rows.map(({ status }) => status)).toEqual(['failed', 'answered'])
  })

  it('has answers judged by a model through the same path, and tells where its judgements do not hold', async () => {
    const items = ['agreed', 'refuted', 'torn', 'mute'].map((id) => ({
      id,
      question: `The word is ${id}.`,
      score: 'judge',
      expected: 'any word',
    }))
    let torn = 0
    setup.openai.always((received) => {
      const content = contentOf(received)
      if (sentOf(received).model !== 'gpt-4.1') return { text: `answer to ${content}` }
      if (content.includes('agreed')) return { text: '{"verdict": "correct"}' }
      if (content.includes('refuted')) return { text: '{"verdict": "incorrect"}' }
      if (content.includes('torn')) return { text: `{"verdict": "${torn++ === 0 ? 'correct' : 'incorrect'}"}` }
      return { text: 'I would rather not say.' }
    })
    expect(await benchmark(items, '--models', 'gpt-4o')).toBe(2)
    expect(lines.join('\n')).toContain('--judge')
    expect(await benchmark(items, '--models', 'gpt-4o', '--judge', 'gpt-4.1', '--tool', 'judged')).toBe(0)
    expect(result().models).toMatchObject([
      { correct: 1, wrong: 1, undecided: 2, judge_requests: 8, judge_disagreements: 1, judge_invalid: 1 },
    ])
    expect(Number(result().models[0].judge_cost_usd)).toBeGreaterThan(0)
    const [row] = await setup.sql`
      SELECT count(*) FILTER (WHERE feature = 'judge' AND model_asked = 'gpt-4.1')::integer AS judged, count(*)::integer AS calls
      FROM ledger_entry WHERE tool = 'judged'`
    expect(row).toEqual({ judged: 8, calls: 12 })
    expect(lines.join('\n')).toContain('1 items it judged both ways, 1 without a verdict')
  })

  it('says before anything is asked that the result could not be recorded', async () => {
    const keys = { ...io, env: { PALIMPSEST_API_KEY: TEST_KEYS.app } }
    expect(await run(argsOf(SUMS, '--models', 'gpt-4o'), keys)).toBe(2)
    expect(lines.join('\n')).toContain('role_missing')
    expect(setup.openai.count).toBe(0)
  })

  it('refuses usage that is not in exactly one way', async () => {
    for (const args of [
      [],
      ['set.jsonl'],
      ['a', 'b', '--models', 'm'],
      ['a', '--models', 'm,m'],
      ['a', '--models', 'm,'],
    ]) {
      expect(await run(args, io)).toBe(2)
    }
    expect(await run(['a', '--models', 'm', '--concurrency', '0'], io)).toBe(2)
  })
})

describe('POST /v1/benchmarks', { timeout: 120_000 }, () => {
  let setup: VendorGateway
  let mine: string
  beforeAll(async () => {
    setup = await startVendorGateway()
    const answer = await setup.chat('hello', { headers: { 'x-tool-name': 'probe' } })
    mine = answer.headers.get('x-palimpsest-request-id') ?? ''
    await answer.text()
    for (;;) {
      const [row] = await setup.sql`SELECT FROM ledger_entry WHERE id = ${mine}`
      if (row) break
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }, 120_000)
  afterAll(() => setup.close())

  const RUN = '0e7f2f4e-94c0-4f6a-8f0e-3f3c6f6f2a11'
  const body = (more: object = {}, answer: object = {}) => ({
    run: RUN,
    set: { sha256: 'ab'.repeat(32), items: 1 },
    tool: 'probe',
    models: [{ model: 'gpt-4o', answers: [{ item: 0, verdict: 'correct', requests: [mine], ...answer }] }],
    ...more,
  })
  const post = (sent: object) => setup.gateway.call('/v1/benchmarks', { key: TEST_KEYS.admin, body: sent })

  it('takes no request that is not a call of that model under that tool', async () => {
    const [other] = body().models
    await expectError(await post(body({ tool: 'another' })), 400, 'invalid_benchmark')
    await expectError(await post(body({ models: [{ ...other, model: 'gpt-4o-mini' }] })), 400, 'invalid_benchmark')
    await expectError(await post(body({}, { requests: [RUN] })), 409, 'benchmark_not_recorded')
    await expectError(await post(body({}, { requests: [] })), 400, 'invalid_benchmark')
    await expectError(await post(body({}, { requests: [mine, mine] })), 400, 'invalid_benchmark')
    await expectError(await post(body({}, { judged: [mine] })), 400, 'invalid_benchmark')
  })

  it('takes no set of answers that is not whole, and no verdict that is none', async () => {
    await expectError(await post(body({ set: { sha256: 'ab'.repeat(32), items: 2 } })), 400, 'invalid_benchmark')
    await expectError(await post(body({}, { verdict: 'undecided' })), 400, 'invalid_benchmark')
    await expectError(await post(body({}, { verdict: 'splendid' })), 400, 'invalid_benchmark')
    await expectError(await post(body({ models: [] })), 400, 'invalid_benchmark')
    const [row] = await setup.sql`SELECT count(*)::integer AS count FROM benchmark`
    expect(row?.count).toBe(0)
  })

  it('records a run once: the same again is told what there is, other answers are refused', async () => {
    const [first, second] = await Promise.all([post(body()), post(body())])
    const again = await post(body())
    expect(again.status).toBe(200)
    const ids = await Promise.all([first, second, again].map(async (one) => ((await one.json()) as { id: string }).id))
    expect(new Set(ids).size).toBe(1)
    await expectError(await post(body({}, { verdict: 'wrong' })), 409, 'benchmark_run_recorded')
  })
})
