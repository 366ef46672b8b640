import { randomBytes } from 'node:crypto'
import { policyText } from '../config/policy-version.ts'
import type { Config } from '../config/types.ts'
import { uuidv7 } from '../domain/ids/uuidv7.ts'
import { factEntry } from '../domain/ledger/fact-entry.ts'
import { jcs } from '../domain/ledger/json.ts'
import type { LedgerReader } from '../ports/ledger-reader.ts'
import type { LedgerWriter } from '../ports/ledger-writer.ts'

/**
 * Puts the policies in force on record: a tenant whose policy is not the one last recorded gets an entry with the whole
 * policy and the version before it. What a tenant chose, such as to send when redaction fails, is thereby in the ledger
 * before any request is handled under it.
 */
export async function recordPolicies(
  config: Config,
  entries: LedgerReader,
  ledger: LedgerWriter,
  nowMs: number,
): Promise<void> {
  await Promise.all(
    [...config.tenants.values()].map(async (tenant) => {
      const { policyVersion, ...policy } = tenant
      const before = await entries.latestOfKind(tenant.id, 'policy')
      if (before?.envelope.policy_version === policyVersion) return
      await ledger.append(
        factEntry({
          id: uuidv7(nowMs, randomBytes(10)),
          kind: 'policy',
          occurred_at: BigInt(nowMs) * 1000n,
          tenant_id: tenant.id,
          policy_version: policyVersion,
          status: 'in_force',
          retention_class: 'proof',
          related_entry: before?.envelope.id ?? null,
          detail: jcs({
            policy: JSON.parse(policyText(policy, config.routing)),
            previous_version: before?.envelope.policy_version ?? null,
          }),
        }),
      )
    }),
  )
}
