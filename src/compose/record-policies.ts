import { randomBytes } from 'node:crypto'
import { sealValues } from '../api/policies/seal-values.ts'
import type { ConfigInForce } from '../config/in-force.ts'
import { uuidv7 } from '../domain/ids/uuidv7.ts'
import { type PolicyBefore, policyEntry } from '../domain/policy/policy-entry.ts'
import type { KeyService } from '../ports/key-service.ts'
import type { LedgerReader } from '../ports/ledger-reader.ts'
import type { LedgerWriter } from '../ports/ledger-writer.ts'
import type { TenantPolicies } from '../ports/tenant-policies.ts'
import type { PolicyWatch } from './policies.ts'

interface Records {
  policies: TenantPolicies
  entries: LedgerReader
  ledger: LedgerWriter
  keys: Pick<KeyService, 'createDataKey'>
}

export interface PoliciesInForce {
  inForce: ConfigInForce
  watch: Pick<PolicyWatch, 'refresh'>
}

/** Of a policy that another gateway that starts just now may put on record first. */
const TRIES = 5

/**
 * Puts the policies in force on record: a tenant whose policy is not the one last recorded gets an entry with the whole
 * policy, the version before it and what changed. What a tenant chose, such as to send when redaction fails, is thereby in the ledger
 * before any request is handled under it.
 */
export async function recordPolicies(policies: PoliciesInForce, records: Records, nowMs: number): Promise<void> {
  // By now another gateway may have given labels to the same lists.
  await policies.watch.refresh()
  const tenants = [...policies.inForce.config.tenants.keys()]
  await Promise.all(tenants.map((tenantId) => recordPolicy(policies, tenantId, records, nowMs)))
}

async function recordPolicy(
  { inForce, watch }: PoliciesInForce,
  tenantId: string,
  records: Records,
  nowMs: number,
): Promise<void> {
  const { policies, ledger } = records
  for (let tries = 1; ; tries++) {
    const tenant = inForce.config.tenants.get(tenantId)
    if (!tenant) return
    const version = tenant.policyVersion
    const current = await policies.current(tenantId)
    if (current?.version === version) return
    const { effective, values } = inForce.recorded(tenant)
    const row = { id: uuidv7(nowMs, randomBytes(10)), tenantId }
    const listed = await sealValues(records.keys, row, values, randomBytes)
    const before = current ?? (await recordedBefore(records.entries, tenantId))
    try {
      await ledger.append(policyEntry({ ...row, at: nowMs, version, effective, listed, before }, null))
      return
    } catch (error) {
      // Another gateway that started just now was faster.
      if (tries === TRIES || (await policies.current(tenantId))?.id === current?.id) throw error
      await watch.refresh()
    }
  }
}

/** By a gateway that kept no versions. */
async function recordedBefore(entries: LedgerReader, tenantId: string): Promise<PolicyBefore | null> {
  const envelope = (await entries.latestOfKind(tenantId, 'policy'))?.envelope
  if (!envelope?.policy_version) return null
  const { policy = {} } = JSON.parse(envelope.detail ?? '{}') as { policy?: unknown }
  return { id: envelope.id, version: envelope.policy_version, effective: policy }
}
