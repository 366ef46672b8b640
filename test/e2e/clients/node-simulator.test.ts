import OpenAI from 'openai'
import { VERSION } from 'openai/version'
import OpenAI6 from 'openai-6'
import { VERSION as VERSION_6 } from 'openai-6/version'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, TEST_KEYS, type TestGateway } from '../../support/gateway.ts'
import { CARD, MAIL, PHONE, TOOLS } from './support.ts'

/** The newest one, and the last one for Node 20. */
const CLIENTS = [
  { version: VERSION, Client: OpenAI },
  { version: VERSION_6, Client: OpenAI6 as unknown as typeof OpenAI },
]

describe.each(CLIENTS)(
  'the official Node client $version over the simulated model, where no provider is configured',
  ({ Client }) => {
    let gateway: TestGateway
    let client: InstanceType<typeof OpenAI>
    beforeAll(async () => {
      gateway = await startTestGateway()
      client = new Client({ apiKey: TEST_KEYS.app, baseURL: `${gateway.url}/v1`, maxRetries: 0 })
    })
    afterAll(() => gateway.remove())

    const text = `mail ${MAIL}, dial ${PHONE}, pay with ${CARD}`
    const messages = [{ role: 'user' as const, content: text }]
    const forced = {
      model: 'simulated/echo',
      messages,
      tools: TOOLS,
      tool_choice: { type: 'function' as const, function: { name: 'send_mail' } },
    }

    it('gets what it wrote, plain and streamed, with the usage', async () => {
      const { data, response } = await client.chat.completions
        .create({ model: 'simulated/echo', messages })
        .withResponse()
      expect(data.choices[0]?.message.content).toBe(text)
      expect(data.usage?.total_tokens).toBeGreaterThan(0)
      expect(response.headers.get('x-palimpsest-route')).toBe('simulator/simulated/echo')
      expect(response.headers.get('x-palimpsest-redactions')).toBe('3')
      const stream = client.chat.completions.stream({
        model: 'simulated/echo',
        messages,
        stream_options: { include_usage: true },
      })
      const completion = await stream.finalChatCompletion()
      expect(completion.choices[0]?.message.content).toBe(text)
      expect(completion.usage?.total_tokens).toBe(data.usage?.total_tokens)
    })

    it('gets the call of a tool that it forces, plain and streamed, its arguments restored', async () => {
      const plain = await client.chat.completions.create(forced)
      const streamed = await client.chat.completions.stream(forced).finalChatCompletion()
      for (const { choices } of [plain, streamed]) {
        const [call] = choices[0]?.message.tool_calls ?? []
        expect(call?.type === 'function' && JSON.parse(call.function.arguments)).toEqual({ text })
        expect(choices[0]?.finish_reason).toBe('tool_calls')
      }
    })

    it('gets a canned answer that says what it is', async () => {
      const { choices, model } = await client.chat.completions.create({ model: 'simulated/chat', messages })
      expect(choices[0]?.message.content).toContain('simulated model')
      expect(model).toBe('simulated/chat')
    })

    it('is told clearly that a provider is not configured', async () => {
      for (const model of ['gpt-4o', 'claude-sonnet-4-5', 'azure/chat', 'ollama/llama3.1:8b']) {
        const asked = client.chat.completions.create({ model, messages })
        await expect(asked).rejects.toMatchObject({ status: 400, code: 'provider_not_configured', param: 'model' })
      }
    })

    it('sees the simulator do what it is told', async () => {
      const simulate = (told: object) => ({ headers: { 'X-Simulate': JSON.stringify(told) } })
      const limited = client.chat.completions.create(
        { model: 'simulated/echo', messages },
        simulate({ status: 429, retry_after_s: 7 }),
      )
      await expect(limited).rejects.toBeInstanceOf(Client.RateLimitError)
      await limited.catch((error: InstanceType<typeof OpenAI.APIError>) => {
        expect(error.headers?.get('retry-after')).toBe('7')
      })
      const stream = await client.chat.completions.create(
        { model: 'simulated/echo', messages, stream: true },
        simulate({ chunk: 1 }),
      )
      const pieces: string[] = []
      for await (const chunk of stream) pieces.push(chunk.choices[0]?.delta.content ?? '')
      expect(pieces.join('')).toBe(text)
    })
  },
)
