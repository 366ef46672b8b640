import { DAY_MS, HOUR_MS, type Year } from './calendar.ts'
import { CHEAPER, DEARER } from './demo-benchmark.ts'
import { TOOLS } from './organisation.ts'

/** What is to be found in a made-up year, as a hint's kind and what it is about. */
export interface Planted {
  kind: 'personal_data' | 'latency' | 'errors' | 'refusals' | 'spend' | 'models'
  about: Readonly<Record<string, string>>
  /** Milliseconds since the Unix epoch. */
  from: number
  to: number
}

/** Share of calls with personal data from which a tool is one in which people keep pasting it. */
const OFTEN = 0.4

/**
 * The incidents that were put into a year of a tenant in the region `us`, whose calls go to the providers. Elsewhere all calls stay in
 * the house, and only what is not about a provider is there.
 */
export function plantedIn({ startMs, days, incidents, changes }: Year): Planted[] {
  const whole = { from: startMs, to: startMs + days * DAY_MS }
  const often = TOOLS.filter(({ pii }) => pii >= OFTEN).map(({ name }) => ({
    ...whole,
    kind: 'personal_data' as const,
    about: { tool: name },
  }))
  const ofProviders = incidents.map(({ from, to, provider, kind }) => ({
    from,
    to,
    kind: kind === 'slow' ? ('latency' as const) : ('errors' as const),
    about: { provider },
  }))
  const ofTools = changes.map(({ from, to, tool, kind }) => ({
    from,
    to,
    kind: KINDS[kind],
    about: { tool },
  }))
  const equal = { kind: 'models' as const, about: { model: DEARER, cheaper: CHEAPER } }
  const benchmarkAt = benchmarkedAt({ startMs, days })
  return [...often, ...ofProviders, ...ofTools, { ...equal, from: benchmarkAt, to: startMs + days * DAY_MS }]
}

/** When the year's benchmark was made. */
export function benchmarkedAt({ startMs, days }: Pick<Year, 'startMs' | 'days'>): number {
  return startMs + Math.floor(0.86 * days) * DAY_MS + 10 * HOUR_MS
}

const KINDS = { pasting: 'personal_data', 'long prompts': 'spend', 'not allowed': 'refusals' } as const
