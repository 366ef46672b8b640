import { createTenantPolicies } from '../adapters/postgres/policies/policies.ts'
import { createPolicyListener } from '../adapters/postgres/policies/policy-listener.ts'
import type { Sql } from '../adapters/postgres/sql.ts'
import type { Log } from '../api/deps.ts'
import type { PolicyDesk } from '../api/policies/policy-desk.ts'
import { every } from '../background/every.ts'
import type { ConfigInForce, RecordedPolicy } from '../config/in-force.ts'
import type { ListedValues } from '../domain/policy/listed-values.ts'
import { openListed } from '../domain/policy/seal-listed.ts'
import { sealedKeyId } from '../domain/sealing/seal.ts'
import { PalimpsestError } from '../errors.ts'
import { KeyDestroyed, KeyLost, type KeyService } from '../ports/key-service.ts'
import type { KnownPolicy, TenantPolicies } from '../ports/tenant-policies.ts'

/** Milliseconds between two questions whether anything was set, where nobody tells. */
const ASK_MS = 500

export interface PolicyStores {
  policies: TenantPolicies
}

export function openPolicyStores(sql: Sql): PolicyStores {
  return { policies: createTenantPolicies(sql) }
}

/** Keeps the configuration in force at what was set by the API. */
export interface PolicyWatch {
  /** Puts in force what was set until now. @throws Error while the database does not answer. */
  refresh(): Promise<void>
  close(): Promise<void>
}

interface WatchParts extends PolicyStores {
  keys: Pick<KeyService, 'dataKey'>
  inForce: ConfigInForce
  databaseUrl: string
  log: Log
}

/**
 * Puts the policies in force that were set by the API, and those that are set from then on within a second.
 * @throws PalimpsestError `policy_does_not_hold`, 503, where one does not hold beside this configuration file.
 */
export async function watchPolicies({ policies, keys, inForce, databaseUrl, log }: WatchParts): Promise<PolicyWatch> {
  let known: bigint | null = null
  const adopt = async () => {
    const change = await policies.change()
    if (change === known) return []
    const failed = inForce.adopt(await openKnown(keys, await policies.known()))
    known = change
    return failed
  }
  const refused = await adopt()
  if (refused[0]) throw doesNotHold(refused[0])
  await warnOfFile({ policies, inForce, log })
  let running: Promise<void> | null = null
  const one = (): Promise<void> => {
    running ??= adopt()
      .then((failed) => {
        for (const { tenantId, reason } of failed) {
          log.error(
            { tenant: tenantId, code: codeOf(reason) },
            'a policy does not hold in this gateway: the old one stays',
          )
        }
      })
      .finally(() => {
        running = null
      })
    return running
  }
  const loop = every(ASK_MS, one, failedRound(log))
  const listener = createPolicyListener({ url: databaseUrl, onChange: () => loop.poke() })
  await listener.keep()
  return {
    async refresh() {
      // A round under way may have asked before.
      await running?.catch(() => undefined)
      await one()
    },
    async close() {
      await Promise.all([listener.close(), loop.stop()])
    },
  }
}

/** What the API of policies asks beside the ledger. */
export function policyDesk(inForce: ConfigInForce, watch: Pick<PolicyWatch, 'refresh'>): PolicyDesk {
  return {
    check: (tenantId, document, otherKeys) => inForce.check(tenantId, document, otherKeys),
    ofFile: (tenantId) => inForce.ofFile(tenantId),
    shownFile: (tenantId) => inForce.shownFile(tenantId),
    recorded: (tenant) => inForce.recorded(tenant),
    labelled: (tenantId, document) => inForce.labelled(tenantId, document),
    refresh: () => watch.refresh(),
  }
}

async function openKnown(
  keys: Pick<KeyService, 'dataKey'>,
  known: readonly KnownPolicy[],
): Promise<Map<string, RecordedPolicy>> {
  const opened = await Promise.all(
    known.map(async (policy): Promise<[string, RecordedPolicy]> => {
      return [policy.tenantId, { document: policy.document, values: await openListedOf(keys, policy) }]
    }),
  )
  return new Map(opened)
}

/** The values that a policy in force lists; null: there are none, or nobody can open them any more. */
export async function openListedOf(
  keys: Pick<KeyService, 'dataKey'>,
  policy: KnownPolicy,
): Promise<ListedValues | null> {
  const { sealedValues: sealed } = policy
  if (sealed === null) return null
  try {
    return openListed(policy, await keys.dataKey(sealedKeyId(sealed)), sealed)
  } catch (error) {
    if (error instanceof KeyDestroyed || error instanceof KeyLost) return null
    throw error
  }
}

function failedRound(log: Log): (error: unknown) => void {
  return (error) => log.warn({ code: codeOf(error) }, 'whether policies were set cannot be asked: those known stay')
}

/** The file was changed where it has no effect. */
async function warnOfFile({ policies, inForce, log }: Pick<WatchParts, 'policies' | 'inForce' | 'log'>): Promise<void> {
  for (const tenantId of inForce.setByApi) {
    const current = await policies.current(tenantId)
    if (!current?.fileDigest || current.fileDigest === inForce.shownFile(tenantId).digest) continue
    log.warn(
      { tenant: tenantId },
      'the file says something new of a tenant whose policy was set by the API: it has no effect until DELETE /v1/policy',
    )
  }
}

function doesNotHold({ tenantId, reason }: { tenantId: string; reason: unknown }): PalimpsestError {
  if (!(reason instanceof PalimpsestError)) throw reason
  return new PalimpsestError({
    code: 'policy_does_not_hold',
    status: 503,
    message:
      `The policy of ${tenantId} that was set by PUT /v1/policy does not hold beside this configuration file. ` +
      `Put back what it needs from the file, or change it before the file:\n${reason.message}`,
  })
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? (error instanceof Error ? error.name : 'unknown'))
}
