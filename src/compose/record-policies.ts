import { randomBytes } from 'node:crypto'
import { effectivePolicyOf } from '../config/policy-version.ts'
import type { Config, TenantConfig } from '../config/types.ts'
import { uuidv7 } from '../domain/ids/uuidv7.ts'
import { type PolicyBefore, policyEntry } from '../domain/policy/policy-entry.ts'
import type { LedgerReader } from '../ports/ledger-reader.ts'
import type { LedgerWriter } from '../ports/ledger-writer.ts'
import type { TenantPolicies } from '../ports/tenant-policies.ts'

interface Records {
  policies: TenantPolicies
  entries: LedgerReader
  ledger: LedgerWriter
}

/**
 * Puts the policies in force on record: a tenant whose policy is not the one last recorded gets an entry with the whole
 * policy, the version before it and what changed. What a tenant chose, such as to send when redaction fails, is thereby in the ledger
 * before any request is handled under it.
 */
export async function recordPolicies(config: Config, records: Records, nowMs: number): Promise<void> {
  await Promise.all([...config.tenants.values()].map((tenant) => recordPolicy(config, tenant, records, nowMs)))
}

async function recordPolicy(config: Config, tenant: TenantConfig, records: Records, nowMs: number): Promise<void> {
  const { policies, ledger } = records
  const version = tenant.policyVersion
  const current = await policies.current(tenant.id)
  if (current?.version === version) return
  const id = uuidv7(nowMs, randomBytes(10))
  const before = current ?? (await recordedBefore(records.entries, tenant.id))
  const policy = {
    id,
    at: nowMs,
    tenantId: tenant.id,
    version,
    effective: effectivePolicyOf(tenant, config.routing),
    before,
  }
  await ledger.append(policyEntry(policy, null)).catch(async (error: unknown) => {
    // Another gateway that started just now was faster.
    if ((await policies.current(tenant.id))?.version !== version) throw error
  })
}

/** By a gateway that kept no versions. */
async function recordedBefore(entries: LedgerReader, tenantId: string): Promise<PolicyBefore | null> {
  const envelope = (await entries.latestOfKind(tenantId, 'policy'))?.envelope
  if (!envelope?.policy_version) return null
  const { policy = {} } = JSON.parse(envelope.detail ?? '{}') as { policy?: unknown }
  return { id: envelope.id, version: envelope.policy_version, effective: policy }
}
