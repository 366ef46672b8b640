/** How long entries are kept, from what a file says. */
import { hipaaDeleteAfterDays, type RetentionPolicy, retentionClassOf } from '../domain/retention/retention-class.ts'
import { defaultReportPackDays, defaultRetention } from './defaults.ts'
import type { TenantFile } from './schema.ts'
import type { TenantConfig, TenantRetention } from './types.ts'

/** What is said of one tenant or tool; null: nothing. */
export interface GivenDays {
  hotDays: number | null
  coldAfterDays: number | null
  deleteAfterDays: number | null
}

/** Fills in what is not said: a later mark follows an earlier one that was moved behind it. */
export function fillIn(given: GivenDays, base: RetentionPolicy): RetentionPolicy {
  const hotDays = given.hotDays ?? base.hotDays
  const coldAfterDays = given.coldAfterDays ?? Math.max(hotDays, base.coldAfterDays)
  const deleteAfterDays = given.deleteAfterDays ?? Math.max(coldAfterDays, base.deleteAfterDays)
  return { hotDays, coldAfterDays, deleteAfterDays }
}

/** The base of a tool's own days. Under HIPAA its entries are documentation, which is kept for six years. */
export function baseOfTool(tenant: RetentionPolicy, isHipaa: boolean): RetentionPolicy {
  if (!isHipaa) return tenant
  return { ...tenant, deleteAfterDays: Math.max(tenant.deleteAfterDays, hipaaDeleteAfterDays) }
}

export function buildRetention({ retention, tools }: TenantFile): {
  retention: TenantRetention
  toolRetention?: Record<string, RetentionPolicy>
} {
  const own = fillIn(givenDays(retention), defaultRetention)
  const ofTools = Object.entries(tools ?? {}).flatMap(([name, tool]): [string, RetentionPolicy][] => {
    const policy = fillIn(givenDays(tool.retention), baseOfTool(own, tool.hipaa === true))
    return retentionClassOf(policy) === retentionClassOf(own) ? [] : [[name, policy]]
  })
  const { histories, report_pack_days: reportPackDays = defaultReportPackDays } = retention ?? {}
  return {
    // Left out where nothing is set, so that a policy without it keeps its version.
    retention: {
      ...own,
      ...(histories && { histories }),
      ...(reportPackDays !== defaultReportPackDays && { reportPackDays }),
    },
    ...(ofTools.length > 0 && { toolRetention: Object.fromEntries(ofTools) }),
  }
}

/** The policy in force for entries of a tool; without a tool, for those of the tenant itself. */
export function retentionOf(
  tenant: Pick<TenantConfig, 'retention' | 'toolRetention'>,
  toolName?: string,
): RetentionPolicy {
  const tools = tenant.toolRetention ?? {}
  const own = toolName !== undefined && Object.hasOwn(tools, toolName) ? tools[toolName] : undefined
  return own ?? tenant.retention
}

/** Days for which packs of a tenant's reports are kept; of one that the configuration has no longer, the default. */
export function reportPackDaysOf(tenant: Pick<TenantConfig, 'retention'> | undefined): number {
  return tenant?.retention.reportPackDays ?? defaultReportPackDays
}

function givenDays(
  given:
    | { hot_days?: number | undefined; cold_after_days?: number | undefined; delete_after_days?: number | undefined }
    | undefined,
): GivenDays {
  return {
    hotDays: given?.hot_days ?? null,
    coldAfterDays: given?.cold_after_days ?? null,
    deleteAfterDays: given?.delete_after_days ?? null,
  }
}
