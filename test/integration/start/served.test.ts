import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callApi } from '../../support/gateway.ts'
import { type ServedGateway, serveGateway } from '../../support/served-gateway.ts'
import { isAlive } from '../embedded/support.ts'

const SENTENCE = 'one two three four five six seven eight nine ten'

/** What `npm start` starts, from its first start on a fresh store to its second one on the same. */
describe('a stack that starts by itself', { timeout: 180_000 }, () => {
  let first: ServedGateway
  let second: ServedGateway | undefined
  beforeAll(async () => {
    first = await serveGateway()
  }, 180_000)
  afterAll(async () => {
    await second?.stop()
    await first.remove()
  })

  const chat = (served: ServedGateway, body: object, headers: Record<string, string> = {}) =>
    callApi(served.run.apiUrl, '/v1/chat/completions', { key: served.run.keys.app, headers, body })
  const say = (content: string) => ({ model: 'simulated/echo', messages: [{ role: 'user', content }] })
  const stateOf = async (served: ServedGateway, id: string) => {
    const response = await callApi(served.run.apiUrl, `/v1/requests/${id}`, { key: served.run.keys.app })
    return ((await response.json()) as { state: string }).state
  }
  const interactionsOf = async ({ run }: ServedGateway) => {
    const response = await callApi(run.apiUrl, '/v1/ledger/entries?limit=100', { key: run.keys.auditor })
    const { entries } = (await response.json()) as { entries: { kind: string }[] }
    return entries.filter(({ kind }) => kind === 'interaction')
  }
  const told = (served: ServedGateway, heading: string) => served.output().split(`\n${heading}`).length - 1

  it('shows the main job once: what was written, seen and given back, the entry and its proof', async () => {
    await expect.poll(() => told(first, 'Point an OpenAI client at it'), { timeout: 30_000 }).toBe(1)
    const [, seen = ''] = first.output().split('The model (')
    expect(seen.slice(0, seen.indexOf('The user got back'))).toMatch(/\[EMAIL_ADDRESS_1\]/)
    expect(seen.slice(0, seen.indexOf('The user got back'))).not.toContain('ann.lee@example.com')
    expect(seen.slice(seen.indexOf('The user got back'))).toContain('ann.lee@example.com')
    for (const heading of [
      'The user wrote',
      'The ledger entry',
      'Its inclusion proof, verified',
      'The workflow: http',
    ]) {
      expect(told(first, heading), heading).toBe(1)
    }
  })

  it('names its addresses and keys in a file that nobody else may read', () => {
    expect(statSync(join(first.home, 'run.json')).mode & 0o777).toBe(0o600)
    expect(Object.keys(first.run).sort()).toEqual(
      ['adminDatabaseUrl', 'apiUrl', 'databaseUrl', 'keys', 'pid', 'temporalAddress', 'temporalUiUrl'].sort(),
    )
    expect(Object.keys(first.run.keys).sort()).toEqual(['admin', 'app', 'auditor', 'privacy'])
  })

  it('lets a stream finish when it is told to stop, takes nothing new, and leaves no process behind', async () => {
    const parts = [...first.output().matchAll(/^(PostgreSQL|Temporal) .* \(process (\d+)\)$/gm)]
    const pids = parts.map(([, , pid]) => Number(pid))
    expect(parts.map(([, name]) => name).sort()).toEqual(['PostgreSQL', 'Temporal'])
    expect(pids.map(isAlive)).toEqual([true, true])
    const streamed = await chat(
      first,
      { ...say(SENTENCE), stream: true },
      { 'X-Simulate': '{"delay_ms":300,"chunk":4}' },
    )
    const id = streamed.headers.get('x-palimpsest-request-id') ?? ''
    const stopped = first.stop()
    await expect.poll(() => first.output(), { timeout: 10_000 }).toContain('"msg":"draining"')
    const late = await chat(first, say('too late')).then(
      ({ status }) => status,
      () => 'no connection',
    )
    expect([503, 'no connection']).toContain(late)
    const text = await streamed.text()
    expect(contentOf(text)).toBe(SENTENCE)
    expect(text).toMatch(/data: \[DONE\]\n\n$/)
    expect(await stopped).toBe(0)
    expect(pids.map(isAlive)).toEqual([false, false])
    expect(existsSync(join(first.home, 'run.json'))).toBe(false)

    second = await serveGateway({ home: first.home })
    expect(await stateOf(second, id)).toBe('recorded')
    expect(second.run.keys).toEqual(first.run.keys)
    expect(await interactionsOf(second)).toHaveLength(2)
    expect(await second.stop()).toBe(0)
    expect(told(second, 'The user wrote')).toBe(0)
    expect(second.output()).not.toContain('"resource":"chat.completions"')
  })
})

function contentOf(stream: string): string {
  const chunks = stream.split('\n\n').filter((event) => event.startsWith('data: {'))
  return chunks.map((event) => JSON.parse(event.slice('data: '.length)).choices[0]?.delta.content ?? '').join('')
}
