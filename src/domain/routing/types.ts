/** Who may answer a request, and what a routing decision is made of. */
import type { LawfulBasis, SpecialCategoryBasis } from './lawful-basis.ts'

export const providerNames = ['openai', 'anthropic', 'azure', 'ollama-local', 'simulator'] as const
export type ProviderName = (typeof providerNames)[number]

export interface RouteTarget {
  provider: ProviderName
  /** The provider's own name for the model; a deployment's for azure. */
  model: string
}

export type Risk = 'standard' | 'high'
export type RecordMode = 'sync' | 'async'

/** What a tenant says about one tool (the `X-Tool-Name` of a request). */
export interface ToolPolicy {
  risk: Risk
  /** `sync`: the answer, or the end of a stream, waits for the record. */
  record: RecordMode
  /** False: somebody can wait, so a provider's 429 is waited out. */
  interactive: boolean
  /** Only providers marked as covered may answer. */
  hipaa: boolean
  /** What an app may ask for, `*` for any run of characters; null: everything. */
  models: readonly string[] | null
  /** Used where the request names no region; null: the tenant's. */
  region: string | null
  /** Recorded with the entry; no personal data. */
  purpose: string | null
  lawfulBasis: LawfulBasis | null
  /** Of Art. 9 GDPR; absent: the tool has no special categories of data. */
  specialCategoryBasis?: SpecialCategoryBasis
  /** False: placeholders stay in the arguments of tool calls. Absent: values come back there, too. */
  restoreArguments?: false
  /** Tokens that an answer may have at most: no model is asked for more. Absent: what the request says. */
  maxAnswerTokens?: number
}

/** A model name that apps ask for, and who answers it. */
export interface ModelRule {
  /** `*` stands for any run of characters. */
  match: string
  provider: ProviderName
  /** The provider's own name; null: the name that was asked for, without a provider's prefix. */
  model: string | null
  /** Model names to try when that provider fails, each resolved by the same rules. */
  fallbacks: readonly string[]
}

/** A rule that replaces what was asked for. Every condition given must hold. */
export interface RouteRule {
  when: {
    region?: string | undefined
    tool?: string | undefined
    model?: string | undefined
    risk?: Risk | undefined
    hipaa?: boolean | undefined
  }
  /** In order of preference; the ones behind the first that may be used are its fallbacks. */
  use: readonly RouteTarget[]
}

export interface ProviderAttributes {
  /** A HIPAA tool's data may go there (a signed BAA, or the organisation's own machines). */
  coveredForHipaa: boolean
  /** Regions it may serve; null: residency alone decides. Never widens residency. */
  regions: readonly string[] | null
  /** Azure: model name → deployment. */
  deployments: Readonly<Record<string, string>>
}

/** Which providers may receive data of a region; `any`: all. A region that is not listed is unknown. */
export type Residency = Readonly<Record<string, readonly ProviderName[] | 'any'>>

export interface RoutingRules {
  models: readonly ModelRule[]
  routes: readonly RouteRule[]
  /** Where data of a region goes when what was asked for may not be used. */
  regionDefaults: Readonly<Record<string, RouteTarget>>
  residency: Residency
  providers: Readonly<Partial<Record<ProviderName, ProviderAttributes>>>
}

export interface RouteInput {
  /** As the app asked. */
  model: string
  toolName: string
  tool: ToolPolicy
  /** `X-Data-Region` in lower case; null: the tool's, else the tenant's. */
  region: string | null
  tenantRegion: string
  rules: RoutingRules
  /** Providers that are configured and may be used in this process. */
  available: ReadonlySet<ProviderName>
  policyVersion: string
}

export type RouteReason =
  /** The model map gave the provider. */
  | 'model_map'
  /** The model named a provider that is in this house (`ollama/…`, `simulated/…`). */
  | 'local_model'
  /** A route whose condition names the region. */
  | 'region_rule'
  /** A route with another condition. */
  | 'route_rule'
  /** What was asked for may not receive data of this region: the region's default. */
  | 'region_default'
  /** What was asked for may not be used, its configured fallback may. */
  | 'model_fallback'

export interface RouteDecision {
  kind: 'route'
  target: RouteTarget
  /** In order; every one of them may receive what the target may. */
  fallbacks: RouteTarget[]
  reason: RouteReason
  /** The region the decision was made for. */
  region: string
  /** Target and fallbacks are all marked as covered for HIPAA. */
  covered: boolean
  policyVersion: string
}

export type RouteRefusalCode =
  | 'region_unknown'
  | 'model_not_allowed'
  | 'model_not_found'
  | 'residency_no_route'
  | 'hipaa_no_route'
  | 'provider_not_configured'

export interface RouteRefusal {
  kind: 'refusal'
  code: RouteRefusalCode
  status: number
  /** A sentence that says what to do; no data of the request. */
  message: string
  param: string | null
  /** Null where the region itself is unknown. */
  region: string | null
  policyVersion: string
}
