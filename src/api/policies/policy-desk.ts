import type { OtherKey } from '../../config/check-policy.ts'
import type { PolicyFile } from '../../config/schema.ts'
import type { TenantConfig } from '../../config/types.ts'

/** What changing a policy needs of the configuration in force. */
export interface PolicyDesk {
  /** Checks a policy as the file is checked. @throws PalimpsestError `invalid_policy`, 400, with every path at fault */
  check(
    tenantId: string,
    document: unknown,
    otherKeys: readonly OtherKey[],
  ): { tenant: TenantConfig; document: PolicyFile }
  /** The tenant as the file alone has it. */
  ofFile(tenantId: string): TenantConfig | undefined
  /** This gateway learns what was set until now. */
  refresh(): Promise<void>
}
