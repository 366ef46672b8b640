import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBuiltinEngine } from '../../../src/adapters/pii/builtin/engine.ts'
import type { PiiEngine } from '../../../src/ports/pii-engine.ts'
import {
  awaitEntry,
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
