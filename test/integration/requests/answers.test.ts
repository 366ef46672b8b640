import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBuiltinEngine } from '../../../src/adapters/pii/builtin/engine.ts'
import type { PiiEngine } from '../../../src/ports/pii-engine.ts'
import {
  awaitEntry,
  expectError,
  KEYS_YAML,
  requestIdOf,
  startVendorGateway,
  type VendorGateway,
} from '../../support/vendor-gateway.ts'

const CONFIG = `
tenants:
  - id: dev
    region: us
    keys:${KEYS_YAML}
    tools:
      masked: { redaction: { answers: mask } }
      silent: { redaction: { answers: off } }
      cards: { redaction: { entities: [CREDIT_CARD] } }
`
const BROKEN = 'the engine stumbles over this answer'

/** Fails on one answer only. */
function stumblingEngine(): PiiEngine {
  const engine = createBuiltinEngine()
  return {
    version: 'stumbling/1',
    async analyze(texts, options) {
      if (texts.some((text) => text.includes(BROKEN))) throw new Error('out of order')
      return engine.analyze(texts, options)
    },
  }
}

/** The text of an answer, streamed or not. */
function contentOf(text: string): string {
  return partsOf(text)
    .map((said) => said?.content ?? '')
    .join('')
}

/** The arguments of its first call of a tool. */
function argumentsOf(text: string): string {
  return partsOf(text)
    .map((said) => said?.tool_calls?.[0]?.function.arguments ?? '')
    .join('')
}

interface Said {
  content?: string | null
  tool_calls?: { function: { arguments: string } }[]
}

function partsOf(text: string): (Said | undefined)[] {
  const bodies = text.startsWith('data: ') ? text.split('\n\n').map((line) => line.slice('data: '.length)) : [text]
  const choices: { message?: Said; delta?: Said }[] = bodies
    .filter((body) => body.startsWith('{'))
    .flatMap((body) => JSON.parse(body).choices)
  return choices.map(({ message, delta }) => message ?? delta)
}

describe('an answer with personal data that the client did not send', () => {
  let setup: VendorGateway

  beforeAll(async () => {
    setup = await startVendorGateway({ config: CONFIG, engine: stumblingEngine() })
  })
  afterAll(() => setup.close())

  interface Recorded {
    text: string
    flags: string[]
    answer: { policy: string; engine: string | null; paths: { path: string; entities?: object }[]; notScanned: unknown }
  }

  async function ask(body: Record<string, unknown> = {}, tool = 'default'): Promise<Recorded> {
    const response = await setup.chat('write to ann@example.com', { body, headers: { 'x-tool-name': tool } })
    expect(response.status).toBe(200)
    const text = await response.text()
    const { flags, detail } = await awaitEntry(setup.sql, requestIdOf(response))
    return { text, flags, answer: JSON.parse(detail).answer }
  }

  const foreign = [
    { path: 'choices[0].message.content', scanned: true, entities: { EMAIL_ADDRESS: { high: 1, by: ['email'] } } },
  ]

  it('comes as the model gave it, and its entry counts what was found', async () => {
    setup.openai.script({ text: '[EMAIL_ADDRESS_1] knows bob@example.com' })
    const { text, flags, answer } = await ask()
    expect(JSON.parse(text).choices[0].message.content).toBe('ann@example.com knows bob@example.com')
    expect(flags).toContain('answer_pii')
    expect(answer).toMatchObject({ policy: 'record', engine: 'stumbling/1', notScanned: [] })
    expect(answer.paths.filter(({ entities }) => entities)).toEqual(foreign)
    expect(JSON.stringify(answer)).not.toContain('example')
  })

  it.each([1, 3, 50])('counts the same in a stream in pieces of %i', async (pieceLength) => {
    setup.openai.script({ text: '[EMAIL_ADDRESS_1] knows bob@example.com', pieceLength })
    const { text, flags, answer } = await ask({ stream: true })
    expect(text).toContain('[DONE]')
    expect(flags).toEqual(expect.arrayContaining(['answer_pii', 'stream']))
    expect(answer.paths.filter(({ entities }) => entities)).toEqual(foreign)
  })

  it('counts in the arguments of tool calls, streamed or not', async () => {
    const toolCalls = [{ name: 'send', arguments: '{"to":"bob\\u0040example.com","from":"[EMAIL_ADDRESS_1]"}' }]
    for (const stream of [false, true]) {
      setup.openai.script({ toolCalls })
      const { answer } = await ask({ stream })
      expect(answer.paths.filter(({ entities }) => entities)).toEqual([
        { ...foreign[0], path: 'choices[0].message.tool_calls[0].function.arguments.*' },
      ])
    }
  })

  it('is not counted where it is the client’s own, or of a type that the tool does not look for', async () => {
    setup.openai.script({ text: 'mail [EMAIL_ADDRESS_1] or ann@example.com' })
    expect((await ask()).flags).not.toContain('answer_pii')
    setup.openai.script({ text: 'mail bob@example.com' })
    expect((await ask({}, 'cards')).flags).not.toContain('answer_pii')
  })

  it('is released where the engine fails, and the entry says that it was not looked at', async () => {
    for (const stream of [false, true]) {
      setup.openai.script({ text: `bob@example.com: ${BROKEN}`, pieceLength: 400 })
      const { text, flags, answer } = await ask({ stream })
      expect(text).toContain('bob@example.com')
      expect(flags).toContain('answer_unscanned')
      expect(answer).toEqual({
        policy: 'record',
        engine: null,
        paths: [],
        notScanned: [{ path: 'choices', reason: 'failed' }],
      })
    }
  })

  it('is masked before it is released where the tool’s policy says so, and stored so', async () => {
    for (const [stream, pieceLength] of [
      [false, 8],
      [true, 1],
      [true, 7],
      [true, 500],
    ] as const) {
      const said = '[EMAIL_ADDRESS_1] knows bob@example.com. And so on'
      setup.openai.script({ text: said, pieceLength })
      const { text, flags, answer } = await ask({ stream }, 'masked')
      expect(contentOf(text)).toBe('ann@example.com knows [masked:email_address]. And so on')
      expect(text).not.toContain('bob')
      expect(flags).toEqual(expect.arrayContaining(['answer_masking', 'answer_pii']))
      expect(answer).toMatchObject({ policy: 'mask', engine: 'stumbling/1', notScanned: [] })
      expect(answer.paths.filter(({ entities }) => entities)).toMatchObject([{ entities: foreign[0]?.entities }])
    }
  })

  it('is the same masked answer when it is asked for again', async () => {
    setup.openai.script({ text: 'mail bob@example.com' })
    const headers = { 'x-tool-name': 'masked', 'idempotency-key': 'again' }
    const texts: string[] = []
    for (let i = 0; i < 2; i += 1) texts.push(contentOf(await (await setup.chat('hello', { headers })).text()))
    expect(texts).toEqual(['mail [masked:email_address]', 'mail [masked:email_address]'])
  })

  it('is masked in the arguments of tool calls, streamed or not', async () => {
    for (const stream of [false, true]) {
      const toolCalls = [{ name: 'send', arguments: '{"to":"bob\\u0040example.com","from":"[EMAIL_ADDRESS_1]"}' }]
      setup.openai.script({ toolCalls })
      const { text } = await ask({ stream }, 'masked')
      expect(JSON.parse(argumentsOf(text))).toEqual({ to: '[masked:email_address]', from: 'ann@example.com' })
    }
  })

  it('is withheld where a masking tool’s engine fails, with a clear error and an entry', async () => {
    setup.openai.script({ text: `bob@example.com: ${BROKEN}` })
    const response = await setup.chat('hello', { headers: { 'x-tool-name': 'masked' } })
    await expectError(response, 502, 'answer_scan_failed')
    const entry = await awaitEntry(setup.sql, requestIdOf(response))
    expect(entry).toMatchObject({ status: 'failed', error_code: 'answer_scan_failed', response_blob_digest: null })
    expect(entry.flags).toContain('answer_unscanned')
    expect(JSON.parse(entry.detail).answer).toMatchObject({ policy: 'mask', engine: null })
  })

  it('ends a masking tool’s stream before the sentence that the engine fails on', async () => {
    setup.openai.script({ text: `A first sentence. bob@example.com: ${BROKEN}. The end`, pieceLength: 5 })
    const response = await setup.chat('hello', { headers: { 'x-tool-name': 'masked' }, body: { stream: true } })
    const text = await response.text()
    expect(text).not.toMatch(/bob|The end|\[DONE\]/)
    expect(text).toContain('answer_scan_failed')
    const entry = await awaitEntry(setup.sql, requestIdOf(response))
    expect(entry).toMatchObject({ status: 'interrupted', error_code: 'answer_scan_failed' })
  })

  it('is not looked at where the tool’s policy says so, and the entry says that', async () => {
    setup.openai.script({ text: 'mail bob@example.com' })
    const { flags, answer } = await ask({}, 'silent')
    expect(flags).toContain('answer_unscanned')
    expect(answer).toEqual({
      policy: 'off',
      engine: null,
      paths: [],
      notScanned: [{ path: 'choices', reason: 'off' }],
    })
  })
})
