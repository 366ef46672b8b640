import { afterEach, describe, expect, it } from 'vitest'
import { createAnthropicProvider } from '../../../src/adapters/models/anthropic/provider.ts'
import type { ClosableProvider } from '../../../src/adapters/models/http/provider.ts'
import { createOllamaProvider } from '../../../src/adapters/models/ollama/provider.ts'
import { createOpenAiProvider } from '../../../src/adapters/models/openai/provider.ts'
import { startAnthropicDouble } from '../../support/vendors/anthropic.ts'
import { startOllamaDouble } from '../../support/vendors/ollama.ts'
import { startOpenAiDouble } from '../../support/vendors/openai.ts'
import type { Double } from '../../support/vendors/server.ts'
import { failure } from './support.ts'

/** A double, a provider before it, the same with a key that is none, and the request that is to be sent. */
type Made = {
  double: Double
  provider: ClosableProvider
  wrong: ClosableProvider | null
  asked: string
  names: string[]
}

async function openai(): Promise<Made> {
  const double = await startOpenAiDouble()
  const provider = (apiKey: string) => createOpenAiProvider({ apiKey, baseUrl: double.baseUrl })
  const names = ['gpt-4o', 'gpt-4o-mini', 'gpt-4o-2024-08-06', 'text-embedding-3-small', 'ft:gpt-4o:acme::9x']
  return { double, provider: provider(double.apiKey), wrong: provider('sk-wrong'), asked: '/v1/models', names }
}

async function anthropic(): Promise<Made> {
  const double = await startAnthropicDouble()
  const provider = (apiKey: string) => createAnthropicProvider({ apiKey, baseUrl: double.baseUrl })
  const names = ['claude-sonnet-4-5-20250929', 'claude-haiku-4-5-20251001']
  return {
    double,
    provider: provider(double.apiKey),
    wrong: provider('sk-wrong'),
    asked: '/v1/models?limit=1000',
    names,
  }
}

async function ollama(): Promise<Made> {
  const double = await startOllamaDouble({ models: ['llama3.1:8b', 'qwen3:4b'] })
  const provider = createOllamaProvider({ baseUrl: double.baseUrl })
  return { double, provider, wrong: null, asked: '/api/tags', names: ['llama3.1:8b', 'qwen3:4b'] }
}

describe.each([
  ['openai', openai],
  ['anthropic', anthropic],
  ['ollama', ollama],
])('the list of models of %s', (_, make) => {
  let made: Made
  const signal = AbortSignal.timeout(20_000)
  afterEach(async () => {
    await Promise.all([made.provider.close(), made.wrong?.close()])
    await made.double.close()
  })

  it('is read in one request without a body', async () => {
    made = await make()
    expect(await made.provider.offered?.(signal)).toEqual(made.names)
    expect(made.double.requests.map(({ method, url, body }) => [method, url, body.length])).toEqual([
      ['GET', made.asked, 0],
    ])
  })

  it('is a ModelError where the key is none, the server away or the caller gone', async () => {
    made = await make()
    const { provider, wrong, double } = made
    if (wrong) expect((await failure(wrong.offered?.(signal) as never)).kind).toBe('unauthorized')
    expect((await failure(provider.offered?.(AbortSignal.abort()) as never)).kind).toBe('aborted')
    await double.close()
    expect((await failure(provider.offered?.(signal) as never)).kind).toBe('unreachable')
  })
})
