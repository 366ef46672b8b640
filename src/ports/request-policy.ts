import type { ProviderName, RouteInput, ToolPolicy } from '../domain/routing/types.ts'

/** What the configuration in force says about a tenant's requests. Answers from memory. */
export interface RequestPolicy {
  tool(tenantId: string, toolName: string): ToolPolicy
  /** The rest of a route decision's input; the tenant must exist. */
  routing(tenantId: string): Pick<RouteInput, 'tenantRegion' | 'rules' | 'available' | 'policyVersion'>
  redaction(tenantId: string): RedactionRules
  retentionClass(tenantId: string, toolName: string): string
  onDisconnect(tenantId: string): 'drain' | 'cancel'
}

export interface RedactionRules {
  entities: readonly string[] | null
  thresholds: Readonly<Record<string, number>>
  allowUnscannable: readonly ('image' | 'audio' | 'file')[]
  onFailure: 'refuse' | 'send'
}

export type { ProviderName }
