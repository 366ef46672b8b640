import { type ProviderName, providerNames, type RoutingRules } from '../routing/types.ts'

export interface Processor {
  provider: string
  /** The configuration names it. */
  registered: boolean
  coveredForHipaa: boolean
  /** Regions it may serve, by spaces; null: the residency rules alone decide. */
  serves: string | null
  /** It runs in this house. */
  local: boolean
}

export interface ResidencyRule {
  region: string
  provider: string
  permitted: boolean
}

/** Processors and residency rules that are in force, as a report compares them with what went where. */
export interface Register {
  processors: readonly Processor[]
  residency: readonly ResidencyRule[]
}

const LOCAL: readonly ProviderName[] = ['ollama-local', 'simulator']

export function registerOf({ providers, residency }: RoutingRules): Register {
  return {
    processors: providerNames.map((provider) => {
      const known = providers[provider]
      return {
        provider,
        registered: known !== undefined || LOCAL.includes(provider),
        coveredForHipaa: known?.coveredForHipaa ?? false,
        serves: known?.regions?.join(' ') ?? null,
        local: LOCAL.includes(provider),
      }
    }),
    residency: Object.entries(residency).flatMap(([region, receivers]) =>
      providerNames.map((provider) => {
        const serves = providers[provider]?.regions ?? null
        const isResident = receivers === 'any' || receivers?.includes(provider) === true
        return { region, provider, permitted: isResident && (serves === null || serves.includes(region)) }
      }),
    ),
  }
}
