import type { ClosableProvider } from '../adapters/models/http/provider.ts'
import type { Metrics } from '../api/metrics.ts'
import { type ModelCall, ModelError } from '../ports/model-provider.ts'

/** Counts and times every call of a model by what became of it. */
export function observedProvider(provider: ClosableProvider, metrics: Pick<Metrics, 'modelCalled'>): ClosableProvider {
  const { name } = provider
  const begin = () => {
    const startedAt = performance.now()
    return (outcome: string) => metrics.modelCalled(name, outcome, (performance.now() - startedAt) / 1000)
  }
  return {
    name,
    async complete(call: ModelCall) {
      const ended = begin()
      try {
        const completion = await provider.complete(call)
        ended('answered')
        return completion
      } catch (error) {
        ended(outcomeOf(error))
        throw error
      }
    },
    async *stream(call: ModelCall) {
      const ended = begin()
      // Whoever reads no further has left the stream.
      let outcome = 'left'
      try {
        yield* provider.stream(call)
        outcome = 'answered'
      } catch (error) {
        outcome = outcomeOf(error)
        throw error
      } finally {
        ended(outcome)
      }
    },
    close: () => provider.close(),
  }
}

function outcomeOf(error: unknown): string {
  return error instanceof ModelError ? error.kind : 'error'
}
