import type { Log } from '../api/deps.ts'
import type { OfferedModels } from '../domain/routing/list-models.ts'
import type { ProviderName } from '../domain/routing/types.ts'
import type { ModelProvider } from '../ports/model-provider.ts'

/** Milliseconds for which a provider's list is taken as it was, and that asking for it may take. */
const KEEP_MS = 5 * 60_000
const WITHIN_MS = 3_000
/** Milliseconds after which one that did not answer is asked again. */
const AGAIN_MS = 30_000

interface Known {
  models: readonly string[]
  askAgainAt: number
}

/**
 * What providers say they offer, remembered for a while. One that is away counts with what it said last; none is waited for
 * longer than three seconds.
 */
export function rememberOffered(
  providers: ReadonlyMap<ProviderName, Pick<ModelProvider, 'offered'>>,
  { now, log }: { now(): number; log: Log },
): () => Promise<OfferedModels> {
  const known = new Map<ProviderName, Known>()
  let asking: Promise<void> | null = null

  async function ask(name: ProviderName, { offered }: Pick<ModelProvider, 'offered'>): Promise<void> {
    if (offered === undefined || (known.get(name)?.askAgainAt ?? 0) > now()) return
    try {
      known.set(name, { models: await offered(AbortSignal.timeout(WITHIN_MS)), askAgainAt: now() + KEEP_MS })
    } catch (error) {
      known.set(name, { models: known.get(name)?.models ?? [], askAgainAt: now() + AGAIN_MS })
      log.warn({ provider: name, cause: error instanceof Error ? error.message : 'unknown' }, 'no list of models')
    }
  }

  return async () => {
    asking ??= Promise.all([...providers].map(([name, provider]) => ask(name, provider))).then(() => {
      asking = null
    })
    await asking
    return new Map([...known].map(([name, { models }]) => [name, models]))
  }
}
