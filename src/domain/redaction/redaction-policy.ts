import type { RecognitionRules } from './recognition-rules.ts'
import type { RedactionPolicy } from './types.ts'

/** What a tenant's configuration says of redaction. */
export interface RedactionRules {
  /** Null: the engine's default set. */
  entities: readonly string[] | null
  thresholds: Readonly<Record<string, number>>
  allowUnscannable: RedactionPolicy['allowUnscannable']
  recognition?: RecognitionRules
}

/** The policy that redaction goes by. */
export function redactionPolicyOf(rules: RedactionRules): RedactionPolicy {
  return {
    ...(rules.entities && { entities: rules.entities }),
    thresholds: rules.thresholds,
    ...(rules.allowUnscannable === undefined ? {} : { allowUnscannable: rules.allowUnscannable }),
    ...(rules.recognition && { rules: rules.recognition }),
  }
}
