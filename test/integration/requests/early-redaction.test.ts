import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPiiEngine } from '../../../src/compose/pii-engine.ts'
import type { PiiEngine } from '../../../src/ports/pii-engine.ts'
import { startTestGateway, type TestGateway } from '../../support/gateway.ts'

/** What was read, one list a call; texts of one word, such as a model's name, aside. */
const read: string[][] = []

describe('redaction that begins while a request is made durable', { timeout: 120_000 }, () => {
  let gateway: TestGateway
  let opened: Awaited<ReturnType<typeof openPiiEngine>>
  beforeAll(async () => {
    opened = await openPiiEngine({ presidioUrl: null, presidioMode: 'replace' })
    const engine: PiiEngine = {
      version: opened.engine.version,
      analyze(texts, options) {
        const sentences = texts.filter((text) => text.includes(' '))
        if (sentences.length > 0) read.push(sentences)
        return opened.engine.analyze(texts, options)
      },
    }
    gateway = await startTestGateway({ engine })
  }, 120_000)
  afterAll(async () => {
    await gateway.remove()
    await opened.close()
  })

  const ask = (content: string, headers: Record<string, string> = {}) =>
    gateway.call('/v1/chat/completions', {
      headers,
      body: { model: 'simulated/chat', messages: [{ role: 'user', content }] },
    })
  const timesRead = (text: string) => read.flat().filter((one) => one === text).length

  it('reads a text once, and the model sees placeholders', async () => {
    const text = 'Write to ann.lee@example.com, please.'
    const answer = await ask(text)
    expect([answer.status, answer.headers.get('x-palimpsest-redactions'), timesRead(text)]).toEqual([200, '1', 1])
  })

  it('reads nothing of a request that was answered before', async () => {
    const text = 'Call +1 415 555 2671 about it.'
    const key = { 'idempotency-key': 'early-1' }
    expect((await ask(text, key)).status).toBe(200)
    expect((await ask(text, key)).status).toBe(200)
    expect(timesRead(text)).toBe(1)
  })
})
