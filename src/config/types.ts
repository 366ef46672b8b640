/** The configuration in force: parsed, checked as a whole, without a key in clear. */
import type { KeyRole } from '../domain/access/roles.ts'
import type { KeyScope } from '../domain/access/scope.ts'
import type { Budget } from '../domain/budgets/budget.ts'
import type { PriceContract } from '../domain/cost/contract-prices.ts'
import type { AdmissionLimits } from '../domain/limits/admission.ts'
import type { RecognitionRules } from '../domain/redaction/recognition-rules.ts'
import type { AnswerPolicy } from '../domain/redaction/types.ts'
import type { HistoryPolicy } from '../domain/retention/history-policy.ts'
import type { RetentionPolicy } from '../domain/retention/retention-class.ts'
import type { ProviderAttributes, ProviderName, RouteRule, RoutingRules, ToolPolicy } from '../domain/routing/types.ts'
import type { DatabaseSettings } from '../domain/sql-guard/settings.ts'
import type { PeopleConfig } from './people.ts'
import type { ConfigFile } from './schema.ts'
import type { WebhookConfig } from './webhooks.ts'

export type { Budget }

/** Who a presented key belongs to. */
export interface KeyIdentity {
  tenantId: string
  keyId: string
  roles: readonly KeyRole[]
  app: string
  team: string | null
  /** Absent: this key has none of its own. */
  limits?: Limits
  /** Absent: this key may be used for everything. */
  scope?: KeyScope
  /** A person who signed in; `keyId` is then a pseudonym. Absent: a key. */
  person?: true
}

/** Null: without limit. A burst that is null is what comes in a minute. */
export interface Limits {
  requestsPerMinute: number | null
  burst: number | null
  tokensPerMinute: number | null
  /** Absent: as much as in a minute. */
  tokenBurst?: number
}

/** How limits are kept, and how many requests a gateway takes on at a time. */
export interface LimitSettings {
  /** What happens while Redis is away. */
  withoutRedis: 'refuse' | 'local_share'
  /** Milliseconds that Redis may take to answer. */
  redisTimeoutMs: number
  /** Gateways that share the limits where they are not in Redis. */
  gateways: number
  admission: AdmissionLimits
}

export interface TenantRetention extends RetentionPolicy {
  /** Whose histories are kept when Temporal forgets them; absent: `high-risk`. */
  histories?: HistoryPolicy
  /** Days after which a report's pack goes. Read it with `reportPackDaysOf`; absent: the default. */
  reportPackDays?: number
}

export type UnscannablePart = 'image' | 'audio' | 'file'

/** What one tool changes of its tenant's redaction. */
export interface ToolRedaction {
  entities?: readonly string[]
  /** Added to the tenant's, and in their place where both name a type. */
  thresholds?: Readonly<Record<string, number>>
  /** In place of the tenant's. */
  answers?: AnswerPolicy
}

export interface RedactionPolicy {
  /** Entity types to redact; null: the engine's own list. */
  entities: readonly string[] | null
  /** Least score by entity type, 0..1. */
  thresholds: Readonly<Record<string, number>>
  /** Parts that may leave without having been scanned; the coverage says so. */
  allowUnscannable: readonly UnscannablePart[]
  /** Allow and deny lists and recognisers of the tenant's own; absent: none. */
  recognition?: RecognitionRules
  /** Entity types and thresholds of single tools, in place of the tenant's; absent: none. */
  tools?: Readonly<Record<string, ToolRedaction>>
  /** `refuse`: nothing leaves when redaction fails. `send`: the tenant chose otherwise, and the entry says so. */
  onFailure: 'refuse' | 'send'
  /** What becomes of personal data in answers that the client did not send; absent: `record`. */
  answers?: AnswerPolicy
}

export interface TenantConfig {
  id: string
  region: string
  limits: Limits
  /** Limits of single apps, by name; absent: none. */
  apps?: Readonly<Record<string, { limits: Limits }>>
  budgets: readonly Budget[]
  /** By tool name, the defaults for `hr_helpdesk` and `contract_review` included. Read it with `toolPolicy`. */
  tools: Readonly<Record<string, ToolPolicy>>
  /** The longest answer, in tokens, that tools without a bound of their own ask for; absent: none. */
  maxAnswerTokens?: number
  /** Looked at before those for all tenants; absent: none. */
  routes?: readonly RouteRule[]
  retention: TenantRetention
  /** The class of the tenant's own policy, e.g. `60-90-365`. Entries of a tool have that of `retentionOf`. */
  retentionClass: string
  /** By tool name, where a tool's entries are kept otherwise than the tenant's; absent: none. Read it with `retentionOf`. */
  toolRetention?: Readonly<Record<string, RetentionPolicy>>
  redaction: RedactionPolicy
  /** Absent: an erasure needs no second officer. `people`: both have to be signed in as people, so that one with two keys is not two. */
  erasure?: { approval: boolean | 'people' }
  /** What happens upstream when a client goes away. */
  onDisconnect: 'drain' | 'cancel'
  /** Calls of models that nobody prices pass hard limits; absent: they are refused where one binds them. */
  onUnknownPrice?: 'send'
  /** `sha256:` and 32 hex digits over this tenant's policy and the rules for all; keys are not in it. */
  policyVersion: string
}

export interface ProviderConfig extends ProviderAttributes {
  /** Azure only. */
  apiVersion: string | null
  /** Milliseconds until the connection stands; null: the adapter's default. */
  connectTimeoutMs: number | null
  /** Milliseconds without a byte; null: the adapter's default. */
  idleTimeoutMs: number | null
  /** The W3C `traceparent` of a traced call goes to this provider; absent: it does not. */
  passTraceContext?: boolean
}

export interface WitnessConfig {
  /** The submission prefix, without a slash at the end. */
  url: string
  /** Its verifier key in C2SP form, type 04. */
  key: string
}

/** How tree heads are kept and vouched for outside the database. */
export interface AnchorConfig {
  /** Days that nobody may remove an anchor. */
  retentionDays: number
  witnesses: readonly WitnessConfig[]
  /** How many of them should cosign each head. */
  witnessQuorum: number
  /** Null: none. `certificate` is a file of PEM certificates, each one that may sign. */
  timeStamp: { url: string; certificate: string } | null
}

/** How the archive's objects lie in their store, of all tenants. */
export interface ArchiveConfig {
  /** The store's class for what has reached `cold_after_days`; null: it stays where it is. */
  storageClass: string | null
}

export interface Config {
  /** The file's path as given, null: the development configuration. */
  source: string | null
  /** What the file says, with the SHA-256 in hex in the place of each key: what a changed policy is checked with. */
  file: ConfigFile
  tenants: ReadonlyMap<string, TenantConfig>
  /** Absent: only keys are taken. */
  people?: PeopleConfig
  /** Identity by the SHA-256 of the key in hex. Use `findKey`. */
  keys: ReadonlyMap<string, KeyIdentity>
  routing: RoutingRules
  providers: Readonly<Partial<Record<ProviderName, ProviderConfig>>>
  anchors: AnchorConfig
  limits: LimitSettings
  archive: ArchiveConfig
  /** Prices that stand before the published list. */
  prices: readonly PriceContract[]
  /** Who is told of events; absent: nobody. */
  webhooks?: readonly WebhookConfig[]
  /** What a model's SQL may be run on; absent: nothing. */
  databases?: readonly DatabaseSettings[]
}
