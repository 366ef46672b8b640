import type { ClosableProvider } from '../adapters/models/http/provider.ts'
import type { Metrics } from '../api/metrics.ts'
import type { Environment } from '../config/env.ts'
import type { Config } from '../config/types.ts'
import type { Usage } from '../domain/chat/types.ts'
import { finishFact, modelFact } from '../domain/requests/provider-facts.ts'
import type { ProviderName } from '../domain/routing/types.ts'
import { type ModelCall, ModelError } from '../ports/model-provider.ts'
import type { OpenSpan, SpanAttributes, Tracing } from '../ports/tracing.ts'

interface Observers {
  metrics: Pick<Metrics, 'modelCalled'>
  tracing: Tracing | null
  /** Null: it runs in this process. */
  baseUrl: string | null
  /** The trace goes on to the provider. */
  passesTrace(): boolean
}

/** One call under observation. */
interface Observed {
  call: ModelCall
  /** What came back, as far as spans tell it. */
  told(answer: Told): void
  /** @param outcome `answered`, or the kind of the failure */
  ended(outcome: string): void
}

interface Told {
  model?: string
  usage?: Usage | null | undefined
  finishReasons?: (string | null)[]
}

/** `gen_ai.provider.name` where OpenTelemetry has a word of its own for it. */
const VENDORS: Partial<Record<ProviderName, string>> = { azure: 'azure.ai.openai', 'ollama-local': 'ollama' }

export function observedProviders(
  providers: ReadonlyMap<ProviderName, ClosableProvider>,
  { env, config }: { env: Pick<Environment, 'providers'>; config: () => Config },
  observers: Pick<Observers, 'metrics' | 'tracing'>,
): Map<ProviderName, ClosableProvider> {
  const { openai, anthropic, azure, ollama } = env.providers
  const urls: Partial<Record<ProviderName, string | undefined>> = {
    openai: openai?.baseUrl,
    anthropic: anthropic?.baseUrl,
    azure: azure?.baseUrl,
    'ollama-local': ollama?.baseUrl,
  }
  return new Map(
    [...providers].map(([name, provider]) => {
      const passesTrace = () => config().providers[name]?.passTraceContext === true
      return [name, observedProvider(provider, { ...observers, baseUrl: urls[name] ?? null, passesTrace })]
    }),
  )
}

/** Counts and times every call of a model by what became of it, and makes a span of it, without content. */
function observedProvider(provider: ClosableProvider, observers: Observers): ClosableProvider {
  return {
    name: provider.name,
    async complete(call) {
      const observed = observe(provider.name, call, false, observers)
      try {
        const completion = await provider.complete(observed.call)
        const finishReasons = completion.choices.map(({ finish_reason: reason }) => reason)
        observed.told({ model: completion.model, usage: completion.usage, finishReasons })
        observed.ended('answered')
        return completion
      } catch (error) {
        observed.ended(outcomeOf(error))
        throw error
      }
    },
    async *stream(call) {
      const observed = observe(provider.name, call, true, observers)
      // Whoever reads no further has left the stream.
      let outcome = 'left'
      try {
        for await (const chunk of provider.stream(observed.call)) {
          const finishReasons = chunk.choices.map(({ finish_reason: reason }) => reason)
          observed.told({ model: chunk.model, usage: chunk.usage, finishReasons })
          yield chunk
        }
        outcome = 'answered'
      } catch (error) {
        outcome = outcomeOf(error)
        throw error
      } finally {
        observed.ended(outcome)
      }
    },
    ...(provider.offered && { offered: (signal: AbortSignal) => provider.offered?.(signal) ?? Promise.resolve([]) }),
    close: () => provider.close(),
  }
}

function observe(name: ProviderName, call: ModelCall, isStream: boolean, observers: Observers): Observed {
  const startedAt = performance.now()
  const seconds = () => (performance.now() - startedAt) / 1000
  const count = (outcome: string) => observers.metrics.modelCalled(name, outcome, seconds())
  // Only calls of a traced request have a span around them.
  if (!observers.tracing?.current()) return { call, told: () => undefined, ended: count }
  const span = observers.tracing.begin({
    name: `chat ${call.model}`,
    kind: 'client',
    attributes: attributesOf(name, call, isStream, observers.baseUrl),
  })
  return {
    call: observers.passesTrace() ? { ...call, traceparent: span.traceparent } : call,
    told: teller(span, isStream, seconds),
    ended(outcome) {
      count(outcome)
      span.end(outcome === 'answered' ? null : outcome)
    },
  }
}

/** OpenTelemetry's semantic conventions for generative client AI spans, without messages and identities. */
function attributesOf(name: ProviderName, call: ModelCall, isStream: boolean, baseUrl: string | null): SpanAttributes {
  const { n, max_tokens: most, max_completion_tokens: mostCompletion } = call.request
  const url = baseUrl === null ? null : new URL(baseUrl)
  const limit = mostCompletion ?? most
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': VENDORS[name] ?? name,
    'gen_ai.request.model': call.model,
    'gen_ai.request.stream': isStream,
    ...(typeof n === 'number' && n !== 1 && { 'gen_ai.request.choice.count': n }),
    ...(typeof limit === 'number' && { 'gen_ai.request.max_tokens': limit }),
    ...(url && {
      'server.address': url.hostname,
      'server.port': Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
    }),
  }
}

function teller(span: OpenSpan, isStream: boolean, seconds: () => number): Observed['told'] {
  let isFirst = isStream
  return ({ model, usage, finishReasons = [] }) => {
    const reasons = finishReasons.flatMap((reason) => finishFact(reason ?? undefined) ?? [])
    if (isFirst) span.set({ 'gen_ai.response.time_to_first_chunk': seconds() })
    if (isFirst || reasons.length > 0 || usage) {
      const answered = modelFact(model ?? '')
      span.set({
        ...(answered !== null && { 'gen_ai.response.model': answered }),
        ...(reasons.length > 0 && { 'gen_ai.response.finish_reasons': reasons }),
        ...(usage && usageAttributes(usage)),
      })
    }
    isFirst = false
  }
}

function usageAttributes(usage: Usage): SpanAttributes {
  const cached = usage.prompt_tokens_details?.cached_tokens
  const reasoning = usage.completion_tokens_details?.reasoning_tokens
  return {
    'gen_ai.usage.input_tokens': usage.prompt_tokens,
    'gen_ai.usage.output_tokens': usage.completion_tokens,
    ...(cached !== undefined && { 'gen_ai.usage.cache_read.input_tokens': cached }),
    ...(reasoning !== undefined && { 'gen_ai.usage.reasoning.output_tokens': reasoning }),
  }
}

function outcomeOf(error: unknown): string {
  return error instanceof ModelError ? error.kind : 'error'
}
