import { describe, expect, it } from 'vitest'
import type { ChatCompletion, ToolCall } from '../../../src/domain/chat/types.ts'
import { scanAnswer } from '../../../src/domain/redaction/scan-answer.ts'
import type { AnswerCoverage, PlaceholderEntry, RedactionPolicy } from '../../../src/domain/redaction/types.ts'
import { engine, entry } from './support.ts'

interface Said {
  content?: string | null
  calls?: { name: string; arguments: string }[]
  sent?: string
  placeholders?: PlaceholderEntry[]
  policy?: RedactionPolicy
  signal?: AbortSignal
}

function scan({ content = null, calls = [], sent = '', placeholders = [], policy = {}, signal }: Said) {
  const toolCalls = calls.map((call, i): ToolCall => ({ id: `call_${i}`, type: 'function', function: call }))
  const completion: ChatCompletion = {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content, ...(toolCalls.length > 0 && { tool_calls: toolCalls }) },
        finish_reason: 'stop',
      },
    ],
  }
  const promptText = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: sent }] })
  return scanAnswer({ completion, placeholders, promptText, engine, policy, ...(signal && { signal }) })
}

const found = (coverage: AnswerCoverage) =>
  Object.fromEntries(coverage.paths.flatMap(({ path, entities }) => (entities ? [[path, entities]] : [])))

describe('scanning an answer', () => {
  it('counts what the client did not send, by type and confidence, under the path it stands in', async () => {
    const coverage = await scan({ content: 'Ask bob@example.com or eve@example.com, card 4111 1111 1111 1111.' })
    expect(coverage).toMatchObject({ policy: 'record', engine: engine.version, notScanned: [] })
    expect(found(coverage)).toEqual({
      'choices[0].message.content': {
        CREDIT_CARD: { high: 1, by: ['credit-card'] },
        EMAIL_ADDRESS: { high: 2, by: ['email'] },
      },
    })
    expect(JSON.stringify(coverage)).not.toMatch(/bob|eve|4111/)
  })

  it('looks into the arguments of tool calls, however they are escaped', async () => {
    const json = '{"to":"bob\\u0040example.com","inner":"{\\"card\\":\\"4111111111111111\\"}","n":5500005555555559}'
    const coverage = await scan({ calls: [{ name: 'send', arguments: json }] })
    expect(found(coverage)).toEqual({
      'choices[0].message.tool_calls[0].function.arguments.*': {
        CREDIT_CARD: { high: 2, by: ['credit-card'] },
        EMAIL_ADDRESS: { high: 1, by: ['email'] },
      },
    })
  })

  it.each([
    ['a placeholder that was given', 'Mail to [EMAIL_ADDRESS_1].', ''],
    ['a value behind a placeholder', 'Mail to ann@example.com.', ''],
    ['such a value in another spelling', 'Mail to ANN@Example.com.', ''],
    ['a value that the model saw in the request', 'Mail to desk@example.com.', 'the desk: "desk@example.com"'],
  ])('finds nothing in %s', async (_what, content, sent) => {
    const placeholders = [entry('[EMAIL_ADDRESS_1]', 'ann@example.com')]
    expect(found(await scan({ content, sent, placeholders }))).toEqual({})
  })

  it('does not take a part of a word that the client sent for the value itself', async () => {
    const coverage = await scan({ content: 'Mail to ann@example.com.', sent: 'see joann@example.com.au' })
    expect(Object.keys(found(coverage))).toEqual(['choices[0].message.content'])
  })

  it('goes by the types and thresholds of the policy', async () => {
    const policy = { entities: ['CREDIT_CARD'] }
    expect(found(await scan({ content: 'Ask bob@example.com.', policy }))).toEqual({})
  })

  it('of nothing finds nothing and says so', async () => {
    expect(await scan({ content: '' })).toMatchObject({ notScanned: [] })
  })

  it('fails where its time is up', async () => {
    const signal = AbortSignal.abort(new Error('late'))
    await expect(scan({ content: 'Ask bob@example.com.', signal })).rejects.toThrow('late')
  })
})
