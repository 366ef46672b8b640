import type { RecognitionRules } from '../domain/redaction/recognition-rules.ts'
import type { AnswerPolicy } from '../domain/redaction/types.ts'
import type { ProviderName, RouteInput, ToolPolicy } from '../domain/routing/types.ts'

/** What the configuration in force says about a tenant's requests. Answers from memory. */
export interface RequestPolicy {
  /** The same, as it is now: it stays so when the configuration changes. For whoever asks more than once. */
  now(): RequestPolicy
  /** False: the tenant is not in the configuration any more; then the others throw. */
  isConfigured(tenantId: string): boolean
  tool(tenantId: string, toolName: string): ToolPolicy
  /** The rest of a route decision's input; the tenant must exist. */
  routing(tenantId: string): Pick<RouteInput, 'tenantRegion' | 'rules' | 'available' | 'policyVersion'>
  /** With a tool's name, as that tool's own rules change it. */
  redaction(tenantId: string, toolName?: string): RedactionRules
  retentionClass(tenantId: string, toolName: string): string
  onDisconnect(tenantId: string): 'drain' | 'cancel'
}

export interface RedactionRules {
  entities: readonly string[] | null
  thresholds: Readonly<Record<string, number>>
  allowUnscannable: readonly ('image' | 'audio' | 'file')[]
  /** Allow and deny lists and recognisers of the tenant's own; absent: none. */
  recognition?: RecognitionRules
  onFailure: 'refuse' | 'send'
  /** What becomes of personal data in answers that the client did not send; absent: `record`. */
  answers?: AnswerPolicy
}

export type { ProviderName }
