import type { ToolPolicy } from '../domain/routing/types.ts'
import type { TenantConfig } from './types.ts'

/** The policy of a tool that the configuration does not name. */
export const defaultToolPolicy: ToolPolicy = {
  risk: 'standard',
  record: 'async',
  interactive: true,
  hipaa: false,
  models: null,
  region: null,
  purpose: null,
  lawfulBasis: null,
}

/** High-risk in every tenant that does not say otherwise. */
export const highRiskTools = ['hr_helpdesk', 'contract_review'] as const

/** The policy in force for a tool name. */
export function toolPolicy(
  { tools, maxAnswerTokens }: Pick<TenantConfig, 'tools' | 'maxAnswerTokens'>,
  toolName: string,
): ToolPolicy {
  const own = (Object.hasOwn(tools, toolName) ? tools[toolName] : undefined) ?? defaultToolPolicy
  return maxAnswerTokens === undefined ? own : { maxAnswerTokens, ...own }
}
