import { PalimpsestError } from '../../errors.ts'
import { matchesGlob } from '../routing/glob.ts'

/** What a key may be used for; `*` stands for any run of characters in tools and models. Null: everything. */
export interface KeyScope {
  tools: readonly string[] | null
  models: readonly string[] | null
  regions: readonly string[] | null
}

export type ScopeCode = 'scope_tool' | 'scope_model' | 'scope_region'

/** What one call uses; null: it uses none, or none that is known. */
export interface ScopedUse {
  tool: string
  /** As the app asked. */
  model: string | null
  region: string | null
}

/** The first thing that a scope does not hold; null: it holds all. */
export function outsideScope(scope: KeyScope, use: ScopedUse): ScopeCode | null {
  const holds = (patterns: readonly string[] | null, name: string | null) =>
    patterns === null || name === null || patterns.some((pattern) => matchesGlob(pattern, name))
  if (!holds(scope.tools, use.tool)) return 'scope_tool'
  if (!holds(scope.models, use.model)) return 'scope_model'
  if (!holds(scope.regions, use.region)) return 'scope_region'
  return null
}

const NAMED: Record<ScopeCode, { words: string; param: string }> = {
  scope_tool: { words: 'the tool that X-Tool-Name names', param: 'X-Tool-Name' },
  scope_model: { words: 'this model', param: 'model' },
  scope_region: {
    words: "the region of this call, X-Data-Region or else the tool's or the tenant's",
    param: 'X-Data-Region',
  },
}

export function scopeError(code: ScopeCode): PalimpsestError {
  const { words, param } = NAMED[code]
  return new PalimpsestError({
    code,
    status: 403,
    message: `This key is not for ${words}: ask an administrator for one that is.`,
    param,
  })
}
