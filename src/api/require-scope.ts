import type { KeyIdentity } from '../config/types.ts'
import { outsideScope, type ScopedUse, scopeError } from '../domain/access/scope.ts'
import type { ApiDeps } from './deps.ts'
import { recordRefusal } from './record-refusal.ts'

export interface ScopedCall extends ScopedUse {
  feature: string | null
  model: string
}

/** Whether the caller's key is for this model, of what a scope says of models. */
export function mayAskFor({ scope }: KeyIdentity, model: string): boolean {
  return (
    !scope ||
    outsideScope({ tools: null, models: scope.models, regions: null }, { tool: '', model, region: null }) === null
  )
}

/** Whether the caller's key is for this call. @throws RecordedRefusal `scope_tool`, `scope_model` or `scope_region`, 403 */
export async function requireScope(deps: ApiDeps, caller: KeyIdentity, call: ScopedCall): Promise<void> {
  const outside = caller.scope ? outsideScope(caller.scope, call) : null
  if (outside === null) return
  const { tool, feature, model: modelAsked, region } = call
  const policy = deps.policy.now()
  const { purpose, lawfulBasis } = policy.tool(caller.tenantId, tool)
  const { policyVersion } = policy.routing(caller.tenantId)
  const retentionClass = policy.retentionClass(caller.tenantId, tool)
  const names = { tool, feature, modelAsked, region, purpose, lawfulBasis, policyVersion, retentionClass }
  await recordRefusal(deps, { caller, at: deps.now(), ...names }, scopeError(outside))
}
