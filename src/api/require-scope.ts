import type { KeyIdentity } from '../config/types.ts'
import { outsideScope, type ScopedUse, scopeError } from '../domain/access/scope.ts'
import type { ApiDeps } from './deps.ts'
import { callFacts, recordRefusal } from './record-refusal.ts'

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
  await recordRefusal(deps, callFacts(deps, caller, { tool, feature, modelAsked, region }), scopeError(outside))
}
