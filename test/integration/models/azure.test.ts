import { AzureOpenAI } from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createAzureProvider } from '../../../src/adapters/models/azure/provider.ts'
import type { ModelProvider } from '../../../src/ports/model-provider.ts'
import { type AzureDouble, startAzureDouble } from '../../support/vendors/azure.ts'
import { describeFailures } from './failures.ts'
import { argumentsOf, callOf, collect, failure, lastBody, textOf, UNICODE, userSays } from './support.ts'

let double: AzureDouble
let provider: ModelProvider & { close(): Promise<void> }

beforeAll(async () => {
  double = await startAzureDouble({ deployments: ['my gpt', 'other'] })
  provider = createAzureProvider({ apiKey: double.apiKey, endpoint: double.endpoint })
})
afterEach(() => double.reset())
afterAll(async () => {
  await provider.close()
  await double.close()
})

const tools = [{ type: 'function', function: { name: 'look_up' } }]

describe('azure', () => {
  it('asks the deployment that the model names, with api-version and api-key, once', async () => {
    await provider.complete(callOf(userSays('hello', { temperature: 0 }), 'my gpt'))
    expect(double.requests).toHaveLength(1)
    expect(double.requests[0]?.url).toBe('/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21')
    expect(double.requests[0]?.headers).toMatchObject({ 'api-key': double.apiKey })
    expect(double.requests[0]?.headers.authorization).toBeUndefined()
    expect(lastBody(double)).toEqual({
      model: 'my gpt',
      messages: [{ role: 'user', content: 'hello' }],
      temperature: 0,
    })
  })

  it('lets content filter results through whole answers', async () => {
    const answer = await provider.complete(callOf(userSays(UNICODE), 'other'))
    expect(answer.choices[0]?.message.content).toBe(UNICODE)
    expect(answer).toHaveProperty('prompt_filter_results')
  })

  it('streams, past the chunks of the content filter, under one id', async () => {
    double.script({ splitBytes: 5 })
    const chunks = await collect(provider.stream(callOf(userSays(UNICODE), 'other')))
    expect(textOf(chunks, 0)).toBe(UNICODE)
    expect(new Set(chunks.map((chunk) => chunk.id))).toEqual(new Set(['chatcmpl-double']))
    expect(new Set(chunks.map((chunk) => chunk.object))).toEqual(new Set(['chat.completion.chunk']))
    expect(chunks.at(-1)?.usage?.total_tokens).toBeGreaterThan(0)
  })

  it('streams parallel tool calls', async () => {
    const toolCalls = ['{"a":"[PERSON_1]"}', '{"b":2}'].map((json) => ({ name: 'look_up', arguments: json }))
    double.script({ toolCalls })
    const chunks = await collect(provider.stream(callOf(userSays('go', { tools }), 'other')))
    expect(argumentsOf(chunks, 0)).toEqual(toolCalls.map((one) => one.arguments))
  })

  it('says which refusal it was: filtered, no such deployment, wrong key', async () => {
    double.script({ status: 400, code: 'content_filter' })
    expect(await failure(provider.complete(callOf(userSays('x'), 'other')))).toMatchObject({
      kind: 'rejected',
      vendorCode: 'content_filter',
    })
    expect(await failure(provider.complete(callOf(userSays('x'), 'nowhere')))).toMatchObject({
      kind: 'rejected',
      status: 404,
      vendorCode: 'DeploymentNotFound',
    })
    const stranger = createAzureProvider({ apiKey: 'wrong', endpoint: double.endpoint })
    expect((await failure(stranger.complete(callOf(userSays('x'), 'other')))).kind).toBe('unauthorized')
    await stranger.close()
  })
})

describeFailures('azure', {
  start: startAzureDouble,
  create: (one, limits) => createAzureProvider({ apiKey: 'sk-double', endpoint: one.origin, ...limits }),
  statuses: [
    [400, undefined, 'rejected', null],
    [401, undefined, 'unauthorized', 'invalid_api_key'],
    [429, undefined, 'rate_limited', null],
    [500, undefined, 'unavailable', 'server_error'],
  ],
  secret: 'sk-double',
  model: 'gpt-4o',
  streamErrorCode: 'server_error',
})

describe('the double of azure', () => {
  it('is taken for the real one by the official client', async () => {
    const client = new AzureOpenAI({
      apiKey: double.apiKey,
      endpoint: double.endpoint,
      apiVersion: '2024-10-21',
      maxRetries: 0,
    })
    const answer = await client.chat.completions.create({
      model: 'other',
      messages: [{ role: 'user', content: UNICODE }],
    })
    expect(answer.choices[0]?.message.content).toBe(UNICODE)
  })

  it('refuses a call without api-version', async () => {
    const answer = await fetch(`${double.endpoint}/openai/deployments/other/chat/completions`, {
      method: 'POST',
      headers: { 'api-key': double.apiKey, 'content-type': 'application/json' },
      body: JSON.stringify(userSays('x')),
    })
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({ error: { code: '404' } })
  })
})
