import type { ChatCompletion } from '../../src/domain/chat/types.ts'
import { estimateUsage } from '../../src/domain/requests/estimate-usage.ts'
import { toldUsage } from '../../src/domain/requests/outcome.ts'
import type { PreparedInFlight, TokenUsage } from '../../src/domain/requests/types.ts'
import type { RequestDeps } from './deps.ts'

/** What a call used: the provider's own count, or an estimate by the texts where it told none. */
export function usageOf(
  { countTokens }: Pick<RequestDeps, 'countTokens'>,
  prepared: Pick<PreparedInFlight, 'redacted'> | null | undefined,
  completion: ChatCompletion,
): TokenUsage {
  return toldUsage(completion) ?? estimateUsage(prepared?.redacted ?? null, completion, countTokens)
}
