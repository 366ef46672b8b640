import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBuiltinEngine } from '../../../src/adapters/pii/builtin/engine.ts'
import { createPresidioEngine } from '../../../src/adapters/pii/presidio/engine.ts'
import { unionEngine } from '../../../src/adapters/pii/union/engine.ts'
import { type PresidioServer, startPresidio } from '../../support/presidio/start.ts'

let server: PresidioServer | null = null
let missing = ''

beforeAll(async () => {
  const started = await startPresidio()
  if ('missing' in started) missing = started.missing
  else server = started
}, 900_000)
afterAll(() => server?.stop())

/** What an engine finds, as `TYPE<value>`. */
async function found(text: string, entities?: string[], isUnion = false): Promise<string[]> {
  const presidio = createPresidioEngine({ url: server?.url ?? '' })
  const engine = isUnion ? unionEngine([createBuiltinEngine(), presidio]) : presidio
  const [results = []] = await engine.analyze([text], entities === undefined ? {} : { entities })
  return results.map(({ entityType, start, end }) => `${entityType}<${text.slice(start, end)}>`)
}

describe('a real Presidio', () => {
  it('is asked, and answers in UTF-16 units, not in code points', async (context) => {
    if (server === null) return context.skip(missing)
    expect(await found('😀 Write to ann@example.com 👍 today', ['EMAIL_ADDRESS'])).toEqual([
      'EMAIL_ADDRESS<ann@example.com>',
    ])
  })
  it('is not asked about empty texts, to which it answers with an error', async (context) => {
    if (server === null) return context.skip(missing)
    const engine = createPresidioEngine({ url: server.url })
    expect(await engine.analyze(['', ' \n'])).toEqual([[], []])
  })
  it('has its overlaps resolved: results are disjoint and in order', async (context) => {
    if (server === null) return context.skip(missing)
    const engine = createPresidioEngine({ url: server.url })
    const text = 'Ann Lee, ann.lee@example.com, www.example.com, 212-555-0187, 4111 1111 1111 1111, John Smith, London'
    const [results = []] = await engine.analyze([text])
    expect(results.length).toBeGreaterThan(3)
    for (const [i, one] of results.entries()) expect(one.start).toBeGreaterThanOrEqual(results[i - 1]?.end ?? 0)
  })
  it('that knows none of the types asked for finds nothing', async (context) => {
    if (server === null) return context.skip(missing)
    expect(await found('Ann Lee', ['PL_REGON'])).toEqual([])
  })
  it('beside the built-in engine adds what that one has not', async (context) => {
    if (server === null) return context.skip(missing)
    const both = await found('John Smith, PESEL 79030835344', undefined, true)
    expect(both).toContain('PERSON<John Smith>')
    expect(both).toContain('PL_PESEL<79030835344>')
  })
  it('takes a text with half a surrogate pair', async (context) => {
    if (server === null) return context.skip(missing)
    expect(await found('\ud83d ann@example.com', ['EMAIL_ADDRESS'])).toEqual(['EMAIL_ADDRESS<ann@example.com>'])
  })
})

describe('a Presidio that is away', () => {
  it('makes the call fail, without text in the error', async () => {
    const engine = createPresidioEngine({ url: 'http://127.0.0.1:9' })
    const failure = await engine.analyze(['ann@example.com']).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'redaction_failed', status: 503 })
    expect(String((failure as Error).message)).not.toContain('ann')
  })
})
